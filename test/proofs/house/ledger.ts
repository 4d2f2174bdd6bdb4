import { type Act, type ActKind, isAcknowledged, isUnknown } from './acts.ts';
import type { House } from './house.ts';

/** What a kind of act leaves: of each, so many or none. `messages` is told by the act. */
const LEAVES: Record<ActKind, { state: number; events: number }> = {
  grant: { state: 1, events: 1 },
  remove: { state: 1, events: 1 },
  ask: { state: 1, events: 1 },
  // The request, and the right that it gives.
  accept: { state: 1, events: 2 },
  refuse: { state: 1, events: 1 },
};

// What the database, the trail and the outbox tell of each act, by its reason.
const FACTS = `
  WITH facts (kind, key, state, events, messages) AS (
    SELECT 'grant', grant_reason, 1, 0, 0 FROM assignments WHERE request_id IS NULL
    UNION ALL SELECT 'remove', end_reason, 1, 0, 0 FROM assignments
    UNION ALL SELECT 'ask', reason, 1, 0, 0 FROM requests
    UNION ALL SELECT 'refuse', decision_reason, 1, 0, 0 FROM requests
    UNION ALL SELECT 'accept', requests.reason, 1, 0, 0 FROM requests
      JOIN assignments ON request_id = requests.id WHERE status = 'accepted'
    UNION ALL SELECT CASE action WHEN 'assignment.granted' THEN 'grant' WHEN 'assignment.removed' THEN 'remove'
        WHEN 'request.refused' THEN 'refuse' END, details->>'reason', 0, 1, 0 FROM audit_events
      WHERE action <> 'assignment.granted' OR request_id IS NULL
    UNION ALL SELECT CASE action WHEN 'request.submitted' THEN 'ask' ELSE 'accept' END, requests.reason, 0, 1, 0
      FROM audit_events JOIN requests ON requests.id = request_id
      WHERE action IN ('request.submitted', 'request.accepted', 'assignment.granted')
    UNION ALL SELECT CASE template WHEN 'role-granted' THEN 'grant' WHEN 'request-received' THEN 'ask'
        WHEN 'request-refused' THEN 'refuse' END, data->>'reason', 0, 0, 1 FROM messages
    UNION ALL SELECT 'accept', requests.reason, 0, 0, 1 FROM messages
      JOIN requests ON requests.id = request_id WHERE template = 'request-accepted'
  )
  SELECT kind, key, sum(state)::int AS state, sum(events)::int AS events, sum(messages)::int AS messages
  FROM facts WHERE key LIKE 'Preuve n° %' AND kind IS NOT NULL GROUP BY kind, key
`;

interface Facts {
  kind: ActKind;
  key: string;
  state: number;
  events: number;
  messages: number;
}

interface Ledger {
  acknowledged: number;
  /** Without an answer that says it; and how many of those were done all the same. */
  unknown: number;
  doneUnseen: number;
  failures: string[];
}

/** Compares what people were told with what is: nothing lost, nothing half-done, nothing done twice. */
export async function readLedger({ db }: Pick<House, 'db'>, acts: readonly Act[]): Promise<Ledger> {
  const { rows } = (await db.raw(FACTS)) as { rows: Facts[] };
  const facts = new Map(rows.map((fact) => [`${fact.kind} ${fact.key}`, fact]));
  const ledger = { acknowledged: 0, unknown: 0, doneUnseen: 0 };
  const faults: { act: Act; fault: string }[] = [];
  for (const act of acts) {
    const found = facts.get(`${act.kind} ${act.key}`);
    if (isAcknowledged(act)) ledger.acknowledged += 1;
    else if (isUnknown(act)) {
      ledger.unknown += 1;
      if (found) ledger.doneUnseen += 1;
    }
    const fault = faultOf(act, found);
    if (fault !== null) faults.push({ act, fault });
  }
  // The rarest first: a list that is cut short shows one of each.
  const often = Map.groupBy(faults, ({ fault }) => fault);
  const rare = (fault: string) => often.get(fault)?.length ?? 0;
  faults.sort((one, other) => rare(one.fault) - rare(other.fault));
  const start = acts[0]?.begun ?? 0;
  return { ...ledger, failures: faults.map(({ act, fault }) => `${toldAct(act, start)}: ${fault}`) };
}

const toldAct = ({ kind, key, portal, begun }: Act, start: number): string =>
  `${kind} « ${key} » on ${portal}, ${((begun - start) / 1000).toFixed(1)} s after the first`;

function faultOf(act: Act, found: Facts | undefined): string | null {
  const { status, location } = act.answer;
  if (!isAcknowledged(act) && !isUnknown(act)) return `answered ${status} ${location}`;
  if (!found) return isAcknowledged(act) ? 'acknowledged, and lost' : null;
  const { state, events, messages } = found;
  const due = { ...LEAVES[act.kind], messages: act.tells };
  const said = `state ${state}/${due.state}, events ${events}/${due.events}, messages ${messages}/${due.messages}`;
  if (state > due.state) return `done twice: ${said}`;
  return state === due.state && events === due.events && messages === due.messages
    ? null
    : `half-done: ${said}`;
}
