/** Starting the app again when it has ended. */
import type { App } from 'electron'
import { formatInvitation, isInvitationLink } from '../../shared/invitation.ts'
import type { Launch } from './launch.ts'
import type { Launcher } from './launcher.ts'

/** Files that are handed to a new start; it takes no more. */
const MAX_FILES = 4

/** What a new start works with. */
export interface RestartParts {
  readonly app: Pick<App, 'relaunch'>
  readonly launcher: Pick<Launcher, 'again'>
  /** Our own command line, without the program. */
  readonly argv: readonly string[]
  /** What other starts brought while the app ended. */
  readonly brought: readonly Pick<Launch, 'link' | 'files' | 'network'>[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Has the app started again on the same data folder as soon as it has ended: by its launcher where it has one. */
export function startAgain({ app, launcher, argv, brought, env }: RestartParts): void {
  const handed = argumentsOf(brought)
  if (launcher.again(handed)) return
  // The program inside an AppImage is gone when the app has ended.
  const image = env['APPIMAGE']
  app.relaunch({
    args: [...argumentsAgain(argv), ...handed],
    ...(image === undefined || image === '' ? {} : { execPath: image }),
  })
}

/** The command line of the next start: what the first one brought is not repeated, and its window shows. */
export function argumentsAgain(argv: readonly string[]): readonly string[] {
  const link = argv.findIndex(isInvitationLink)
  return (link < 0 ? argv : argv.slice(0, link)).filter((arg, index, args) => {
    const isValue = /^--(data|network)$/.test(args[index - 1] ?? '')
    return isValue || (arg !== '--hidden' && !/\.peerscope$/i.test(arg))
  })
}

/**
 * A command line that brings the same: all the files, and the last link, as if they had come one after the other. A network
 * becomes a link, since the app joins the one of its own command line without a question.
 */
export function argumentsOf(brought: RestartParts['brought']): readonly string[] {
  const files = brought.flatMap((launch) => launch.files).slice(0, MAX_FILES)
  const link = brought.map(({ link, network }) => link ?? invitationTo(network)).findLast((text) => text !== null)
  return [...files, ...(link === undefined || link === null ? [] : [link])]
}

/** Null for no network, and for one that no link can hold. */
function invitationTo(network: string | null): string | null {
  try {
    return network === null ? null : formatInvitation({ network, bootstrap: [] })
  } catch {
    return null
  }
}
