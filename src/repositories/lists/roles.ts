import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import type { Role } from '../../domain/role.ts';
import { searchWords } from '../../domain/search.ts';
import { placedPage } from './placed-page.ts';
import { type StreamOptions, streamQuery } from './query.ts';
import { holdsWord } from './words.ts';

type RoleSort = 'application' | 'role' | 'theme' | 'validation' | 'demande';

interface RoleFilter {
  /** « Rechercher »: words looked for in every element of the list. */
  words: string;
  /** '' for all, as the next two. */
  validator: Role['validator'] | '';
  requestMode: Role['requestMode'] | '';
  state: 'ouvert' | 'ferme' | 'ferme-detenu' | '';
  sort: RoleSort;
  direction: 'asc' | 'desc';
}

/** A role of « Applications et rôles ». */
export interface ListedRole
  extends Pick<Role, 'id' | 'code' | 'label' | 'kind' | 'validator' | 'requestMode'> {
  procedure: string | null;
  description: string;
  audience: string;
  defaultDurationDays: number | null;
  closedAt: Date | null;
}

/** A line: a role of an application, or an application that has none yet. */
interface RoleRow {
  applicationId: number;
  application: string;
  theme: string;
  address: string | null;
  role: ListedRole | null;
}

/** `id` is the application's: it is always there. */
type StoredLine = { id: number; roleId: number | null } & Omit<RoleRow, 'applicationId' | 'role'> &
  Omit<ListedRole, 'id'>;

const BY_APPLICATION = ['a.theme', 'a.name', 'a.id', 'r.label', 'r.id'];

// Every order ends on something unique.
const ORDERS: Record<RoleSort, readonly string[]> = {
  application: ['a.name', 'a.id', 'r.label', 'r.id'],
  role: ['r.label', 'a.id', 'r.id'],
  theme: BY_APPLICATION,
  validation: [
    `array_position(ARRAY['local_administrator', 'ucanss', 'free'], r.validator)`,
    ...BY_APPLICATION,
  ],
  demande: [`array_position(ARRAY['online', 'procedure', 'none'], r.request_mode)`, ...BY_APPLICATION],
};

// What a line shows in words, as searches look for it.
const SHOWN = `(searchable(concat_ws(' ', a.name, a.theme, a.code, r.label, r.code, r.description, r.audience, r.procedure)) COLLATE "C")`;

/** The read model of « Applications et rôles »: some sixty roles, read whole. */
export function roleList(db: Database) {
  return {
    /** One page, from 1; the total is exact. */
    async page(filter: RoleFilter, place: { page: number; size: number }) {
      const values = new StatementValues();
      const { rows, ...count } = await placedPage<StoredLine>(db, listed(filter, values), values, place);
      return { rows: rows.map(toRow), ...count };
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: RoleFilter, options: StreamOptions) {
      const values = new StatementValues();
      const text = `${listed(filter, values)} ORDER BY place`;
      yield* streamQuery<StoredLine, RoleRow>(db, text, values.list, options, async (rows) =>
        rows.map(toRow),
      );
    },
  };
}

function listed({ sort, direction, ...filter }: RoleFilter, values: StatementValues): string {
  const order = ordered(ORDERS[sort], direction, 'NULLS LAST');
  const conditions: string[] = [];
  if (filter.validator !== '') conditions.push(`r.validator = ${values.add(filter.validator)}`);
  if (filter.requestMode !== '') conditions.push(`r.request_mode = ${values.add(filter.requestMode)}`);
  if (filter.state !== '') {
    conditions.push(`r.id IS NOT NULL AND r.closed_at IS ${filter.state === 'ouvert' ? '' : 'NOT '}NULL`);
    if (filter.state === 'ferme-detenu')
      conditions.push('EXISTS (SELECT FROM assignments s WHERE s.role_id = r.id AND s.ended_at IS NULL)');
  }
  for (const word of searchWords(filter.words)) conditions.push(holdsWord(SHOWN, word, values));
  return `
    SELECT a.id, a.name AS application, a.theme, a.address, r.id AS "roleId", r.code, r.label, r.kind, r.validator,
      r.request_mode AS "requestMode", r.procedure, r.description, r.audience,
      r.default_duration_days AS "defaultDurationDays", r.closed_at AS "closedAt",
      row_number() OVER (ORDER BY ${order}) AS place
    FROM applications a LEFT JOIN roles r ON r.application_id = a.id
    ${where(conditions)}`;
}

function toRow({ id: applicationId, application, theme, address, roleId: id, ...line }: StoredLine): RoleRow {
  if (id === null) return { applicationId, application, theme, address, role: null };
  const { code, label, kind, validator, requestMode, procedure } = line;
  const { description, audience, defaultDurationDays, closedAt } = line;
  const role = { id, code, label, kind, validator, requestMode, procedure };
  return {
    applicationId,
    application,
    theme,
    address,
    role: { ...role, description, audience, defaultDurationDays, closedAt },
  };
}
