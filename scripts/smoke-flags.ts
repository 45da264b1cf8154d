/** The command line of pack-smoke.ts, and what it starts the app with. */
import { parseArgs } from 'node:util'

/** How to open the app. */
export interface SmokeOptions {
  /** Null is Electron as npm installed it, on this checkout's build. */
  readonly executable: string | null
  /** Flags for the app beside those that the look needs. */
  readonly flags: readonly string[]
  /** Where the picture is written that was judged last. */
  readonly picture: string | null
  /** Also kill the app and wait for the end of its demo swarm. */
  readonly orphans: boolean
}

/** What is printed for `--help`. */
export const SMOKE_USAGE = `node scripts/pack-smoke.ts [EXECUTABLE] [FLAGS] [-- FLAGS OF THE APP]

  --no-sandbox     start without Chromium's sandbox; on Linux root must
  --wayland        open the window on Wayland (--ozone-platform=wayland)
  --orphans        then kill the app, and fail when its demo swarm outlives it (Linux and macOS)
  --picture FILE   write the picture of the graph that was judged
`

/**
 * Reads the command line.
 * @param root whether the user is root of a Linux, which cannot use the sandbox
 * @throws Error for what is not known
 */
export function smokeOptions(argv: readonly string[], root: boolean): SmokeOptions | 'help' {
  const end = argv.indexOf('--')
  const { values, positionals } = parseArgs({
    args: [...(end === -1 ? argv : argv.slice(0, end))],
    allowPositionals: true,
    options: {
      help: { type: 'boolean' },
      'no-sandbox': { type: 'boolean' },
      wayland: { type: 'boolean' },
      orphans: { type: 'boolean' },
      picture: { type: 'string' },
    },
  })
  if (values.help === true) return 'help'
  const [executable, ...more] = positionals
  if (more.length > 0) throw new Error(`Flags of the app belong behind '--': ${more.join(' ')}`)
  return {
    executable: executable ?? null,
    flags: [
      ...(root || values['no-sandbox'] === true ? ['--no-sandbox'] : []),
      ...(values.wayland === true ? ['--ozone-platform=wayland'] : []),
      ...(end === -1 ? [] : argv.slice(end + 1)),
    ],
    picture: values.picture ?? null,
    orphans: values.orphans === true,
  }
}

/** How Chromium names the processes that Electron's `utilityProcess` starts. */
const UTILITY = '--utility-sub-type=node.mojom.NodeService'

/**
 * The demo swarms that a process started, directly or by others.
 * @param table of `ps -A -o pid=,ppid=,state=,args=`
 */
export function swarmProcesses(table: string, root: number): readonly number[] {
  const rows = table.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    // One that has ended and was not asked about is gone.
    return pid === undefined || state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), args }]
  })
  const family = new Set([root])
  for (let before = 0; before < family.size;) {
    before = family.size
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid)
  }
  return rows.flatMap(({ pid, args }) => (family.has(pid) && args.includes(UTILITY) ? [pid] : []))
}
