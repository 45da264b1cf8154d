/** `peerscope invite`: a link, and the words around it, that bring somebody else into a network. */
import type { Command } from 'commander'
import { errorShape } from '../../shared/errors.ts'
import type { Invitation } from '../../shared/invitation.ts'
import { formatInvitation, invitationText } from '../../shared/invitation.ts'
import { onlyLocal } from '../../shared/reachability.ts'
import { jsonText } from '../../shared/visible-text.ts'
import { storedInvitation } from '../monitor/invite.ts'
import { targetParserOf } from '../monitor/open-node.ts'
import type { DataFlags } from './flags.ts'
import { addDataFlags, collect, offlineFrom } from './flags.ts'
import type { Io } from './io.ts'

interface InviteFlags extends DataFlags {
  readonly bootstrap?: readonly string[]
}

/** Adds the command. */
export function addInviteCommand(program: Command, io: Io): void {
  addDataFlags(
    program
      .command('invite')
      .summary('make an invitation to a network')
      .description(
        'Prints a link that brings somebody else into a network: its name, and addresses to start from. Those are the ones\n' +
          'given; else the ones that the data folder knows: our own as they were announced last, and those of peers that\n' +
          'answered. Peers that went silent are named only if there are no others. A running node tells its own to the command\n' +
          '"invite" on its standard input.',
      )
      .option('--bootstrap <address>', 'address to name, may be repeated (default: those that are known)', collect),
  ).action((flags: InviteFlags) => invite(flags, io))
}

function invite(flags: InviteFlags, io: Io): void {
  const invitation = invitationFrom(flags, io)
  const link = formatInvitation(invitation)
  if (flags.json === true) io.out(`${jsonText({ event: 'invitation', link, ...invitation })}\n`)
  else io.out(`${invitationText(invitation)}\n`)
  if (invitation.bootstrap.length === 0)
    io.err('No address is known: those who are invited find the network by the DHT, or on the same local network.\n')
  if (onlyLocal(invitation.bootstrap))
    io.err('This link works on this machine only: no other machine can dial its addresses.\n')
}

function invitationFrom(flags: InviteFlags, io: Io): Invitation {
  const given = flags.bootstrap ?? []
  if (flags.kind !== undefined || flags.network !== undefined) given.forEach(targetParserOf(flags.kind))
  if (given.length > 0 && flags.network !== undefined) return named(flags.network, flags, given)
  try {
    const stored = storedInvitation(offlineFrom(flags, io), Date.now())
    if (stored.notice !== null) io.err(`Note: ${stored.notice}\n`)
    const { network, kind, bootstrap } = stored
    given.forEach(targetParserOf(kind))
    return { network, kind, bootstrap: given.length > 0 ? given : bootstrap }
  } catch (error) {
    // Nothing is stored in the usual place: the name alone is an invitation too.
    const { code } = errorShape(error)
    const nothing = code === 'StoreFailed' || code === 'InvalidArgument'
    if (!nothing || flags.network === undefined || flags.data !== undefined) throw error
    return named(flags.network, flags, given)
  }
}

function named(network: string, { kind }: InviteFlags, bootstrap: readonly string[]): Invitation {
  return { network, ...(kind === undefined ? {} : { kind }), bootstrap }
}
