"""Whether the ledger's sums are those that a recount of everything finds.

The recount of letters and their receipts is a part of the doctor's one reading of both, `found`;
the rest of it is the view `ledger_recount_beside`.
"""

# The first columns of `found`, by day, province, channel, owner and status. `c` is the letter;
# `one`, `two` and `three` are its receipts.
OF_LETTERS = """
    (c.registered_at at time zone 'Asia/Tehran')::date as day, c.province, c.channel, c.owner_code,
    c.status, count(*) as letters,
    count(*) filter (where c.owner_code <> 'triage' or c.returns > 0
                           or c.objected_at is not null) as referred,
    count(c.answered_at) as answered,
    count(one.id) + count(two.id) + count(three.id) as receipts,
    count(one.message_id) + count(two.message_id) + count(three.message_id) as sent"""

# A row of `different` for each day and place whose sums differ (`-infinity`: all time).
COMPARED = """
        counted as (
            select day, province, channel, owner_code, status, 0 as received, letters, referred,
                   answered, 0 as callbacks, 0 as waiting, 0 as notices, 0 as receipts, 0 as sent
            from found
            union all
            select day, province, '', '', '', 0, 0, 0, 0, 0, 0, 0, receipts, sent from found
            union all
            select * from ledger_recount_beside
        ),
        booked as (
            select * from ledger_sums
            union all
            select * from ledger_entries
            union all
            select '-infinity'::date, province, channel, owner_code, status, received, letters,
                   referred, answered, callbacks, waiting, notices, receipts, sent
            from ledger_entries
        ),
        both_ways as (
            select * from counted
            union all
            select '-infinity'::date, province, channel, owner_code, status, received, letters,
                   referred, answered, callbacks, waiting, notices, receipts, sent
            from counted
            union all
            select day, province, channel, owner_code, status, -received, -letters, -referred,
                   -answered, -callbacks, -waiting, -notices, -receipts, -sent
            from booked
        ),
        different as (
            select day, province, channel, owner_code, status from both_ways
            group by day, province, channel, owner_code, status
            having sum(received) <> 0 or sum(letters) <> 0 or sum(referred) <> 0
                or sum(answered) <> 0 or sum(callbacks) <> 0 or sum(waiting) <> 0
                or sum(notices) <> 0 or sum(receipts) <> 0 or sum(sent) <> 0
        )"""
