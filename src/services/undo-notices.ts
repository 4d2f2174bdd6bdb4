import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { resultOf } from '../domain/batch.ts';
import { isUndoneChange } from '../domain/message.ts';
import { requestLabel } from '../domain/request.ts';
import type { UndoableBatch } from '../repositories/batches.ts';
import { messageRepository } from '../repositories/messages.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import type { UndoneLine } from './undo-judging.ts';

/**
 * What a batch had not told yet of what is undone is not told any more; whom it had told is told once that it is undone.
 * Accounts that are opened or closed have messages of their own, or none, as ever; so have delegations.
 */
export async function tellUndone(
  unit: UnitOfWork,
  actor: Actor,
  batch: UndoableBatch,
  lines: readonly UndoneLine[],
  reason: string,
): Promise<void> {
  await withdraw(unit, batch, lines);
  const told = await messageRepository(unit.db).recipientsOf(batch.id);
  const undone = lines.filter((line) => isTold(line) && told.has(addressOf(line)));
  await enqueueMessages(
    unit,
    [...Map.groupBy(undone, addressOf)].map(([to, theirs]) => ({
      template: 'batch-undone' as const,
      to,
      ...aboutOne(theirs[0]),
      values: {
        firstName: theirs[0]?.person?.firstName ?? theirs[0]?.firstName ?? '',
        lastName: theirs[0]?.person?.lastName ?? theirs[0]?.lastName ?? '',
        organismName: theirs[0]?.person?.organismName ?? theirs[0]?.organismName ?? '',
        undoneBy: `${actor.firstName} ${actor.lastName}`,
        reason,
        changes: theirs.flatMap((line) =>
          isUndoneChange(line.outcome) ? { outcome: line.outcome, label: labelOf(line) } : [],
        ),
      },
    })),
  );
}

/** Of who keeps something of the batch, what it had to say still leaves. */
async function withdraw(
  unit: UnitOfWork,
  { id, organismId }: UndoableBatch,
  lines: readonly UndoneLine[],
): Promise<void> {
  const isLeft = ({ outcome }: UndoneLine) => resultOf(outcome) === 'skipped';
  const kept = new Set(lines.filter(isLeft).map(addressOf));
  const undone = lines.filter((line) => !kept.has(addressOf(line)));
  const count = await messageRepository(unit.db).withdraw(id, {
    accountIds: undone.flatMap(({ accountId }) => accountId ?? []),
    requestIds: undone.flatMap(({ requestId }) => requestId ?? []),
    whole: kept.size === 0,
  });
  if (count > 0) unit.record({ action: 'message.withdrawn', details: { count }, organismId });
}

const isTold = ({ outcome, role, action }: UndoneLine): boolean =>
  isUndoneChange(outcome) &&
  role?.kind !== 'local_administrator' &&
  // An account that is closed tells nothing, but of the one that a message had just offered.
  (outcome !== 'deactivated' || action === 'account.created');

const labelOf = ({ role, request, action }: UndoneLine): string =>
  action === 'account.created' ? 'Espace Organismes' : requestLabel(request?.kind ?? 'role', role?.label);

const addressOf = ({ person, email }: UndoneLine): string => person?.email ?? email ?? '';

const aboutOne = (line: UndoneLine | undefined) => ({
  ...(typeof line?.accountId === 'number' ? { accountId: line.accountId } : {}),
  ...(line?.accountId === null && line.requestId !== null ? { requestId: line.requestId } : {}),
});
