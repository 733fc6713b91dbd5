-- The sets that `bench.millions` writes. Everything follows from a letter's number, so that the
-- same number is the same letter in each of them. {n} letters, {open} of them open, {triage} of
-- those undecided.

-- name: functions
create function bench_draw(number bigint, seed bigint) returns bigint language sql immutable
return hashint8extended(number, seed) & 9223372036854775807;

create function bench_id(kind text, number bigint, at timestamptz) returns uuid language sql stable
return (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '7'
    || substr(md5(kind || number), 1, 3) || '8' || substr(md5(kind || number), 5, 15))::uuid;

create function bench_code(number bigint) returns text language sql immutable
return (100000000000 + number * 618033988741 % 900000000000)::text || lpad((98
    - (100000000000 + number * 618033988741 % 900000000000) * 100 % 97)::text, 2, '0');

create function bench_at(number bigint) returns timestamptz language sql stable
return '{starts}'::timestamptz + '365 days'::interval * (number::float8 / {n});

-- name: letters
create unlogged table bench_letters as
with drawn as materialized (
    select i, bench_at(i) as t, '{ends}'::timestamptz as ends,
           case when i % 10 < 7 then i / 10 * 7 + i % 10 + 1
                when i > {n} / 20 and bench_draw(i, 1) % 200 = 0
                then 1 + bench_draw(i, 2) % 50 * {step}
                else 1 + bench_draw(i, 2) % greatest(i / 10 * 7, 1) end as citizen,
           (bench_draw(i, 3) % 1000000) / 1e6::float8 as luck,
           (bench_draw(i, 4) % 1000000) / 1e6::float8 as speed,
           bench_draw(i, 5) % 100 as turn, bench_draw(i, 6) % 100 as door,
           (bench_draw(i, 7) % {decided})::int as k, (bench_draw(i, 8) % {decided})::int as k2,
           (bench_draw(i, 9) % {undecided})::int + {decided} as unclear
    from generate_series(0, {n} - 1) as i
),
fated as (
    select *, case when i >= {n} - 2 * {open} then luck < 0.45 or ends - t < interval '1 hour'
                   else luck < 0.1 * {open} / ({n} - 2 * {open}) end as waits,
           t + least(interval '1 day' * (0.2 + 14 * speed * speed), (ends - t) / 2) as done_at
    from drawn
),
stated as (
    select *, case when waits then case when speed < {triage}::float8 / {open} then 'triage'
                                        when door % 5 < 2 then 'in_progress' else 'referred' end
                   when i % 10 = 7 and luck > 0.98 then 'merged'
                   when done_at > ends - interval '14 days' then 'answered'
                   else 'closed' end as status,
           case when turn < 3 then 2 when turn < 11 then 1 else 0 end as route
    from fated
),
placed as (
    select *, case when status = 'merged' or status = 'triage' and route <> 2 or route = 1
                   then unclear else k end as reads,
           case when waits then ends else done_at end - t as span
    from stated
)
select i::int, bench_id('letter', i, t) as id, bench_code(i) as code, citizen::int,
       bench_id('citizen', citizen, bench_at((citizen - 1) / 7 * 10 + (citizen - 1) % 7))
           as citizen_id,
       p.t, reads as k, one.agency as first_agency,
       case when status in ('triage', 'merged') then 'triage'
            when reads = p.k and route = 0 then one.agency else other.agency end as agency,
       (case status when 'merged' then 3 when 'triage' then case route when 2 then 4 else 5 end
                    else route end)::smallint as way,
       status, t + span * 0.1 as t1, t + span * 0.2 as t2,
       case when status in ('in_progress', 'answered', 'closed') then t + span * 0.6 end
           as claimed_at,
       case when status in ('answered', 'closed') then done_at end as answered_at,
       case status when 'closed' then least(done_at + interval '15 days', ends) end as closed_at,
       case status when 'merged' then (citizen - 1) / 7 * 10 + (citizen - 1) % 7 end as into_i,
       (case when door < 20 then 'call' when door < 38 then 'electronic' else 'letter' end)
           as channel,
       (case when door < 7 then 'form' when door < 20 then 'import' when door < 60 then 'form'
             else 'import' end) as source,
       'user:' || md5('operator' || bench_draw(i, 10) % 1126)::uuid as operator,
       'user:' || md5('clerk' || bench_draw(i, 11) % 300)::uuid as clerk
from placed p
join bench_pool one on one.k = p.reads
join bench_pool other on other.k = p.k2

-- name: citizens
id, province, national_id_index, national_id_sealed, created_at, seen_at
select bench_id('citizen', c, at), '{province}'::text, sha256(int8send(c)),
       '\x0101'::bytea || substr(sha512(int8send(-c)), 1, 38), at, at
from generate_series(1, {citizens}) as c,
    lateral (select bench_at((c - 1) / 7 * 10 + (c - 1) % 7) as at) as first

-- name: correspondences
id, province, tracking_code, channel, source, status, owner_code, due_at, urgent, returns, decision, rules_version, registered_at, received_at, call_day, claimed_by, claimed_at, outcome, answer, answered_at, closed_at, merged_into, citizen_id, text, county, mobile_sealed, mobile_index, first_name_sealed, last_name_sealed
select l.id, '{province}'::text, l.code, l.channel, l.source, l.status, l.agency,
       date_trunc('day', case way when 0 then t when 1 then t1 when 2 then t2 when 4 then t1
                                  else t end) + interval '20 days 20:29:59',
       p.urgent, case when way in (2, 4) then 1 else 0 end, p.decision, '{version}'::text, t, t,
       case when channel = 'call' and source <> 'import'
            then (t at time zone 'Asia/Tehran')::date end,
       case when claimed_at is not null then clerk end, claimed_at,
       case when answered_at is not null
            then (array['done', 'partly', 'not_possible'])[1 + i % 3] end,
       case when answered_at is not null then
           'پروندهٔ شما بررسی شد و نتیجه به شعبه ابلاغ گردید. شمارهٔ نامه: ' || i end,
       answered_at, closed_at,
       bench_id('letter', into_i, bench_at(into_i)),
       citizen_id, p.text || E'\nشمارهٔ پرونده: ' || i, (array['کرمانشاه', 'پاوه', 'هرسین',
           'کنگاور', 'صحنه', 'سنقر', 'جوانرود', 'روانسر'])[1 + citizen % 8],
       '\x0101'::bytea || substr(noise, 1, 41), sha256(int4send(citizen)),
       '\x0101'::bytea || substr(noise, 9, 38), '\x0101'::bytea || substr(noise, 20, 40)
from bench_letters l join bench_pool p using (k), sha512(int4send(i)) as noise
order by i

-- name: referrals
id, province, correspondence_id, agency_code, decided_by, reason, opened_at, due_at, ended_at, end_reason
select bench_id('stay' || s.n, i, s.opened_at), '{province}'::text, l.id, s.agency_code,
       case when s.n = 1 then 'system' else clerk end, case when s.n = 1 then 'R9' else
       'نام دستگاه در نامه آمده است' end, s.opened_at,
       date_trunc('day', s.opened_at) + interval '20 days 20:29:59', s.ended_at, s.end_reason
from bench_letters l, lateral (values
    (1, case when way in (0, 2, 4) then first_agency else 'triage' end, t,
        case way when 0 then closed_at when 5 then null else t1 end,
        case when way = 0 and closed_at is null or way = 5 then null when way = 0 then 'closed'
             when way = 1 then 'referred' when way = 3 then 'merged' else 'returned' end),
    (2, case when way = 1 then agency when way in (2, 4) then 'triage' end, t1,
        case way when 1 then closed_at when 2 then t2 end,
        case when way = 2 then 'referred' when way = 1 and closed_at is not null then 'closed' end),
    (3, case when way = 2 then agency end, t2, closed_at,
        case when closed_at is not null then 'closed' end)
) as s(n, agency_code, opened_at, ended_at, end_reason)
where s.agency_code is not null

-- name: receipts
id, province, correspondence_id, stage, local_id, text, state, attempts, not_before, first_attempt_at, last_attempt_at, accepted_at, settled_at, message_id, provider_status, cost, reason, created_at
select bench_id(w.stage, i, w.at), '{province}'::text, l.id, w.stage,
       100000000000000 + (3 * i::bigint + w.n) * 314159265359 % 900000000000000, w.said || code,
       case when w.sent then 'delivered' else 'rejected' end, 1, w.at, w.at, w.at,
       case when w.sent then w.at + interval '20 seconds' * w.n end, w.at + interval '80 seconds',
       case when w.sent then 4000000000000 + 3 * i::bigint + w.n end,
       case when w.sent then 10 end, case when w.sent then 1200 end,
       case when not w.sent then '411' end, w.at
from bench_letters l, lateral (values
    (1, 'registered', t, E'نامهٔ شما ثبت شد.\nکد رهگیری:\n'),
    (2, 'referred', case when way in (0, 2, 4) then t when way = 1 then t1 end,
     E'نامهٔ شما به دستگاه مسئول رسید.\nکد رهگیری:\n'),
    (3, 'answered', answered_at, E'پاسخ نامهٔ شما آماده است.\nکد رهگیری:\n')
) as v(n, stage, at, said), lateral (select v.*, bench_draw(i, 20 + v.n) % 250 <> 0) as
    w(n, stage, at, said, sent)
where w.at is not null
order by w.n = 3, i, w.n

-- name: events
id, at, province, correspondence_id, kind, actor, data, tx
select id, at, province, correspondence_id, kind, actor, data, tx from bench_past
union all
select row_number() over () + (select coalesce(max(id), 0) from bench_past), told.* from (
select v.at, '{province}'::text, l.id, v.kind, v.actor, v.data, txid_current()
from bench_letters l, lateral (values
    (1, t, 'registered', operator, '{{}}'::jsonb),
    (2, t, 'routed', operator, jsonb_build_object('agency', case when way in (0, 2, 4) then
        first_agency else 'triage' end, 'rule', 'R9', 'rules', '{version}')),
    (3, case when way in (2, 4) then t1 end, 'returned', clerk, jsonb_build_object('agency',
        first_agency, 'referral', bench_id('stay2', i, t1))),
    (4, case way when 1 then t1 when 2 then t2 end, 'referred', clerk, jsonb_build_object('agency',
        agency, 'referral', bench_id('stay' || (1 + way), i, case way when 1 then t1 else t2 end))),
    (5, case when i % 4 = 0 then claimed_at end, 'claimed', clerk, '{{}}'),
    (6, answered_at, 'answered', clerk,
        jsonb_build_object('outcome', (array['done', 'partly', 'not_possible'])[1 + i % 3])),
    (7, case when i % 4 < 2 then closed_at end, 'closed', 'system', '{{}}'),
    (8, case way when 3 then t1 end, 'merged', clerk,
        jsonb_build_object('into', bench_id('letter', into_i, bench_at(into_i))))
) as v(n, at, kind, actor, data)
where v.at is not null
order by v.at, i, v.n) as told

-- name: call_days
province, day, cap, used
select '{province}'::text, (t at time zone 'Asia/Tehran')::date, greatest(1000, count(*)::int),
       count(*)::int
from bench_letters where channel = 'call' and source <> 'import' group by 2
