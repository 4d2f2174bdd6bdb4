import type { Database } from '../../database/knex.ts';
import { ordered, pageOf, StatementValues, where } from '../../database/sql.ts';
import { searchWords } from '../../domain/search.ts';
import { ENOUGH, toCounted } from './counted.ts';
import type { Direction } from './person-order.ts';
import { plannedQuery } from './query.ts';
import { holdsWord } from './words.ts';

/** Which messages: those to look at (an attempt failed, or they wait for long), or those of one state, or all. */
export type MessageSelection = 'a-voir' | 'echec' | 'attente' | 'envoye' | 'tous';

interface MessageFilter {
  selection: MessageSelection;
  /** Words looked for in the recipient's address. */
  words: string;
  /** A message that waits since before this instant waits for long. */
  lateBefore: Date;
  direction: Direction;
}

/** A line of « Messages ». No link is ever among it: it is made when the message leaves, and kept nowhere. */
export interface MessageRow {
  id: number;
  /** With `data`, what src/mail writes the subject from. */
  template: string;
  recipient: string;
  data: unknown;
  status: 'queued' | 'sent' | 'failed' | 'withdrawn';
  attempts: number;
  lastError: string | null;
  createdAt: Date;
  resentAt: Date | null;
  sentAt: Date | null;
}

interface MessagePage {
  /** Empty beyond the last page. */
  rows: MessageRow[];
  /** Exact, unless `atLeast`: then there are more than this. */
  total: number;
  atLeast: boolean;
}

/** The read model of « Messages », for who administers nationally. */
export function messageList(db: Database) {
  return {
    /** One page, from 1, by date. */
    async page(filter: MessageFilter, window: { page: number; size: number }): Promise<MessagePage> {
      const values = new StatementValues();
      const conditions = where(conditionsOf(filter, values));
      const text = `
        SELECT counted.total, line.* FROM (
          SELECT count(*)::int AS total FROM (SELECT FROM messages ${conditions} LIMIT ${ENOUGH}) AS first_rows
        ) AS counted LEFT JOIN (
          SELECT id, template, recipient, data, status, attempts, last_error AS "lastError",
            created_at AS "createdAt", resent_at AS "resentAt", sent_at AS "sentAt"
          FROM messages ${conditions} ORDER BY ${ordered(['created_at', 'id'], filter.direction)}
          ${pageOf(window, values)}
        ) AS line ON true
        ORDER BY ${ordered(['line."createdAt"', 'line.id'], filter.direction)}`;
      const found = await plannedQuery<MessageRow & { total: number; id: number | null }>(
        db,
        text,
        values.list,
      );
      return { rows: found.filter(({ id }) => id !== null), ...toCounted(found[0]?.total ?? 0) };
    },
  };
}

function conditionsOf({ selection, words, lateBefore }: MessageFilter, values: StatementValues): string[] {
  const late = () =>
    `(status = 'queued' AND coalesce(resent_at, created_at) < ${values.add(lateBefore)}::timestamptz)`;
  const selections: Record<MessageSelection, () => string> = {
    'a-voir': () => `(last_error IS NOT NULL OR ${late()})`,
    echec: () => `status = 'failed'`,
    attente: () => `status = 'queued'`,
    envoye: () => `status = 'sent'`,
    tous: () => 'true',
  };
  return [
    selections[selection](),
    ...searchWords(words).map((word) => holdsWord('searchable(recipient)', word, values)),
  ];
}
