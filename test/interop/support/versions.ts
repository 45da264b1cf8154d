/** Which mosaik nodes a run has. */

/** Holds the programs of `npm run interop`, as JSON by mosaik's version. */
export const BINARIES_VARIABLE = 'PEERSCOPE_INTEROP_BINARIES'

/** The versions of this run. @throws Error outside of `npm run interop` */
export function versions(): string[] {
  return Object.keys(binaries())
}

/** The program that runs nodes of this version. */
export function binaryOf(version: string): string {
  const path = binaries()[version]
  if (path === undefined) throw new Error(`no node of mosaik ${version} was built`)
  return path
}

function binaries(): Readonly<Record<string, string>> {
  const given = process.env[BINARIES_VARIABLE]
  if (given === undefined) throw new Error('these scenarios need what npm run interop builds')
  return JSON.parse(given) as Record<string, string>
}
