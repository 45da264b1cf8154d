/** The command line of `npm start` and `npm run dev`: their own flags, and those that they pass on. */
import { CONFIG_FIELDS } from '../../src/shared/config.ts'
import { isInvitationLink } from '../../src/shared/invitation.ts'

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
  'kind',
  'entry-version',
  'relay',
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

/** Flags of `peerscope serve` that take none. */
export const SWITCHES: ReadonlySet<string> = new Set([
  'demo',
  'no-dht',
  'no-mdns',
  'no-upnp',
  'no-relays',
  'json',
  'verbose',
])

/**
 * Sorts them, and refuses a flag whose value is missing: the next flag would be taken for it. Where nothing could take a
 * flag, it is refused too.
 * @param canOpenApp whether the desktop app could open at all; it takes whatever Chromium might know
 */
export function parseArguments(argv: readonly string[], canOpenApp = true): ParsedArguments {
  for (const [index, arg] of argv.entries()) {
    const [, name = '', value = argv[index + 1]] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    if (VALUED.has(name) && (value === undefined || value === '' || value.startsWith('--')))
      return { kind: 'wrong', why: `--${name} needs a value.` }
  }
  const isFlag = (index: number): boolean => !wantsValue(argv[index - 1])
  const has = (...names: readonly string[]): boolean => argv.some((arg, index) => names.includes(arg) && isFlag(index))
  if (has('--help', '-h')) return { kind: 'help' }
  const own = new Set(['--browser', '--fetch-electron'])
  const browser = has('--browser')
  const passed = argv.filter((arg, index) => !(own.has(arg) && isFlag(index)))
  const unknown = canOpenApp && !browser ? undefined : sortForBrowser(passed).dropped.find((arg) => !isForApp(arg))
  if (unknown !== undefined) return { kind: 'wrong', why: `there is no option ${unknown}. --help lists them.` }
  return { kind: 'run', browser, fetchAgain: has('--fetch-electron'), passed }
}

/** What the browser host takes, and what it does not know, such as Chromium's switches. */
export function sortForBrowser(args: readonly string[]): {
  readonly kept: readonly string[]
  readonly dropped: readonly string[]
} {
  const kept: string[] = []
  const dropped: string[] = []
  for (const [index, arg] of args.entries()) {
    const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(arg) ?? []
    const isValue = wantsValue(args[index - 1])
    const isKnown = isValue || VALUED.has(name) || (SWITCHES.has(name) && value === undefined)
    ;(isKnown ? kept : dropped).push(arg)
  }
  return { kept, dropped }
}

/** Whether the next argument is the value of this one. */
function wantsValue(arg: string | undefined): boolean {
  return arg?.startsWith('--') === true && VALUED.has(arg.slice(2))
}

/** What the desktop app takes for itself, and switches that look like Chromium's: `=`, or one of its families. */
function isForApp(arg: string): boolean {
  return (
    /^--(hidden$|no-sandbox$|single-process$|inspect$|[a-z][\w-]*=|(allow|disable|enable|force|gpu|ignore|in-process|js|log|no-proxy|ozone|proxy|remote|show|use)-)/.test(
      arg,
    ) ||
    isInvitationLink(arg) ||
    /\.peerscope$/i.test(arg)
  )
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
