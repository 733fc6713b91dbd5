"""Whether the ledger's sums are those that a recount of everything finds."""

# A row for each day and place whose sums differ (`-infinity`: all time): counted, less booked.
DIFFERENT = """
        with booked as (
            select * from ledger_sums
            union all
            select * from ledger_entries
            union all
            select '-infinity'::date, province, channel, owner_code, status, received, letters,
                   referred, answered, callbacks, waiting, notices, receipts, sent
            from ledger_entries
        ),
        both_ways as (
            select * from ledger_recount
            union all
            select day, province, channel, owner_code, status, -received, -letters, -referred,
                   -answered, -callbacks, -waiting, -notices, -receipts, -sent
            from booked
        )
        select day, province, channel, owner_code, status from both_ways
        group by day, province, channel, owner_code, status
        having sum(received) <> 0 or sum(letters) <> 0 or sum(referred) <> 0
            or sum(answered) <> 0 or sum(callbacks) <> 0 or sum(waiting) <> 0
            or sum(notices) <> 0 or sum(receipts) <> 0 or sum(sent) <> 0"""
