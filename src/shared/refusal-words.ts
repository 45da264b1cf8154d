/** What is told of a refused entry, for people. */
import type { RejectReason } from './events.ts'

/** Why an entry was refused. Programs are told the reason itself. */
export const REFUSAL_WORDS: Readonly<Record<RejectReason, string>> = {
  Rejected: 'not newer than what is known',
  Outdated: 'too old',
  DifferentNetwork: 'of another network',
  FromTheFuture: 'from the future',
  Departed: 'the peer had left',
  Full: 'the catalog is full',
  Malformed: 'malformed',
  BadSignature: 'bad signature',
  EarlierStart: 'it states an earlier start than before',
  LimitExceeded: 'over a limit',
}

/**
 * The detail of a refusal with its times as times: the log holds milliseconds, as versions are compared.
 * @param moment writes milliseconds since the epoch
 */
export function refusalDetail(detail: string, moment: (at: number) => string): string {
  const [, startedAt, updatedAt] = /^version (\d+)\.(\d+)$/.exec(detail) ?? []
  if (startedAt !== undefined && updatedAt !== undefined)
    return `signed ${moment(Number(updatedAt))}, started ${moment(Number(startedAt))}`
  const started = /^started (\d+)$/.exec(detail)?.[1]
  return started === undefined ? detail : `started ${moment(Number(started))}`
}
