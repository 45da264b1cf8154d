/** What is told of a refused entry, for people. */

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
