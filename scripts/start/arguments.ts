/** The command line of `npm start` and `npm run dev`: their own flags, and those that they pass on. */
import { CONFIG_FIELDS } from '../../src/shared/config.ts'

/** What the user typed; advice names it. */
export type StartCommand = 'npm start' | 'npm run dev'

/** The arguments, sorted. */
export interface StartArguments {
  /** Whether the browser was asked for. */
  readonly browser: boolean
  /** Whether Electron is to be fetched again. */
  readonly fetchAgain: boolean
  /** What the app or the browser host is given. */
  readonly passed: readonly string[]
}

/** They are to be run; or the help is to be printed; or they are wrong, with one line that says why. */
export type ParsedArguments =
  | ({ readonly kind: 'run' } & StartArguments)
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }

/** The exit code of a start with a wrong command line, as in `peerscope`. */
export const WRONG_USE = 2

/** Flags of the app and of `peerscope serve` that take a value. */
export const VALUED: ReadonlySet<string> = new Set([
  'data',
  'network',
  'invite',
  'bootstrap',
  'port',
  'host',
  'public-url',
  'listen',
  'tag',
  'secret',
  'dht-bootstrap',
  'metrics',
  'log-level',
  ...CONFIG_FIELDS.map(({ flag }) => flag),
])

/** Sorts them, and refuses a flag whose value is missing: the next flag would be taken for it. */
export function parseArguments(argv: readonly string[]): ParsedArguments {
  for (const [index, arg] of argv.entries()) {
    const [, name = '', value = argv[index + 1]] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (VALUED.has(name) && (value === undefined || value === '' || value.startsWith('--')))
      return { kind: 'wrong', why: `--${name} needs a value.` }
  }
  const isFlag = (index: number): boolean => !VALUED.has((argv[index - 1] ?? '').replace(/^--/, ''))
  const has = (...names: readonly string[]): boolean => argv.some((arg, index) => names.includes(arg) && isFlag(index))
  if (has('--help', '-h')) return { kind: 'help' }
  const own = new Set(['--browser', '--fetch-electron'])
  return {
    kind: 'run',
    browser: has('--browser'),
    fetchAgain: has('--fetch-electron'),
    passed: argv.filter((arg, index) => !(own.has(arg) && isFlag(index))),
  }
}

/** What `--help` prints. */
export function helpOf(command: StartCommand): string {
  const does = command === 'npm start' ? 'Builds Peerscope and opens' : 'Runs Peerscope from its sources in'
  return `${command} [-- OPTIONS]

${does} the desktop app, or the browser where the app cannot open.

  --demo            start with a demo network of local peers
  --data DIR        data folder (default: the platform's app-data folder)
  --network NAME    join this network
  --hidden          start in the tray (desktop app)
  --browser         open in the browser
  --fetch-electron  download Electron again
  --disable-gpu     and other switches of Chromium are passed on to it (desktop app)
  --help            print this help

With --browser, the options of "peerscope serve" are taken too.`
}
