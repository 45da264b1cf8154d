/** What comes from outside: links, files, and the command lines of second starts. None of it does anything by itself. */
import { basename } from 'node:path'
import { errorShape } from '../../shared/errors.ts'
import { MAX_INVITATION, parseInvitation } from '../../shared/invitation.ts'
import type { Logger } from '../monitor/open-node.ts'
import { targetParserOf } from '../monitor/open-node.ts'
import type { Commands } from './commands.ts'
import type { Launch } from './launch.ts'

/** What arrivals work with. */
export interface ArrivalParts {
  readonly commands: Commands
  readonly logger: Logger
  /** Takes a file in; see the archive's `takeFile`. */
  takeFile(path: string): Promise<string>
}

/**
 * Makes commands for the page of what a start brought, and of what could not be used.
 * @returns whether there was anything
 */
export async function arrive(
  parts: ArrivalParts,
  launch: Pick<Launch, 'link' | 'files' | 'network'>,
): Promise<boolean> {
  const { link, files, network } = launch
  if (link !== null) arriveLink(parts, link)
  else if (network !== null) parts.commands.send({ kind: 'ConfirmJoin', network, bootstrap: [] })
  for (const path of files) await arriveFile(parts, path)
  return link !== null || network !== null || files.length > 0
}

/** A link to a place in the window: the rest is read by the page. */
const PLACE = /^peerscope:\/\/show(\/[\x21-\x7e]*)$/i

function arriveLink(parts: ArrivalParts, link: string): void {
  const place = link.length > MAX_INVITATION ? undefined : PLACE.exec(link.trim())?.[1]
  if (place !== undefined) return parts.commands.send({ kind: 'ShowPlace', place })
  try {
    const { kind: networkKind, ...invitation } = parseInvitation(link)
    invitation.bootstrap.forEach(targetParserOf(networkKind))
    parts.commands.send({
      kind: 'ConfirmJoin',
      ...(networkKind === undefined ? {} : { networkKind }),
      ...invitation,
    })
  } catch (error) {
    problem(parts, 'an invitation link was refused', error)
  }
}

async function arriveFile(parts: ArrivalParts, path: string): Promise<void> {
  try {
    const file = await parts.takeFile(path)
    parts.commands.send({ kind: 'OpenFile', file, name: basename(path) })
  } catch (error) {
    problem(parts, 'a file was refused', error)
  }
}

function problem({ commands, logger }: ArrivalParts, what: string, error: unknown): void {
  const { code, message } = errorShape(error)
  logger.warn({ code }, what)
  commands.send({ kind: 'Problem', code, message })
}
