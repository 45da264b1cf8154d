/** Why something is not dialed although somebody wants it (rules AD2, AD7). */
export const NOT_DIALED = {
  rests: 'nothing that is said to be there answered lately',
  ownMachine: 'all its addresses are of the machine it runs on, and we do not listen on this machine only',
  elsewhere: 'it says nothing but addresses of other places than ours',
  noAddress: 'it tells no address',
} as const

/** Which of these it was. */
export type NotDialedWhy = keyof typeof NOT_DIALED

/** It was dialed before, to no avail, and rests. */
export const RESTS = NOT_DIALED.rests

/** Whether all that is told of it is that it rests: why, the dials before tell. */
export function onlyRested(reason: string): boolean {
  return reason.includes(RESTS)
}

/** Whether a dial "failed" without one: its reason says nothing of who is there. */
export function neverDialed(reason: string): boolean {
  return Object.values(NOT_DIALED).some((words) => reason.includes(words))
}

/** Whether nobody was dialed before either: where the peer is said to be leads nowhere from here. */
export function leadsNowhere(reason: string): boolean {
  return neverDialed(reason) && !onlyRested(reason)
}
