import type { Agent } from './agent.ts';
import type { Page } from './page.ts';

/** Sends what the bar of a list sends of the rows that are ticked: the answer leads to a draft. */
export async function makeDraft(
  agent: Agent,
  fields: Readonly<Record<string, string>>,
  ids: readonly (number | string)[] = [],
): Promise<Page> {
  const sent = { _csrf: await agent.token(), organisme: 'CAF-391', ...fields };
  return agent.post('/gestion/lots', [
    ...Object.entries(sent),
    ...ids.map((id): [string, string] => ['ids', String(id)]),
  ]);
}

/** The page of that draft. */
export const openDraft = async (...sent: Parameters<typeof makeDraft>): Promise<Page> =>
  sent[0].follow(await makeDraft(...sent));
