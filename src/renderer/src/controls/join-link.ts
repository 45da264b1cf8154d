/** Invitation links on the join page: found in whatever is pasted or typed, and filled into the form. */
import type { AppInfo } from '../../../shared/contract.ts'
import type { Invitation } from '../../../shared/invitation.ts'
import { parseInvitation } from '../../../shared/invitation.ts'
import type { JoinDraft } from '../stores/ui-store.ts'
import { describeFailure, sentence } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'
import { unavailable } from './join-draft.ts'

/** A link within other text. An apostrophe may be part of a name; what a mail or a command line has around it is not. */
const LINK = /peerscope:\/\/[^\s"<>`]*/i
/** Most characters that are searched for a link. */
const SEARCHED = 65_536
/** What grew by so many characters at once was pasted, not typed. */
const PASTED = 8

/** What came of a text: no link in it, one that is wrong, or the form that it fills. */
export type LinkRead =
  | { readonly kind: 'none' }
  | { readonly kind: 'wrong'; readonly problem: string }
  | { readonly kind: 'filled'; readonly draft: JoinDraft; readonly said: string }

/** The first link in a text, or null. Full stops and brackets that end a sentence are not part of it. */
export function linkIn(text: string): string | null {
  const [link] = LINK.exec(text.slice(0, SEARCHED)) ?? []
  return link === undefined ? null : link.replace(/[.,;:!?)\]}']+$/, '')
}

/** Whether a field's text grew as by pasting. */
export function isPasted(before: string, after: string): boolean {
  return after.length - before.length >= PASTED
}

/** Fills the form from the link in a text: its kind, network and addresses. The rest stays as it is. */
export function readLink(text: string, draft: JoinDraft, info: AppInfo | null): LinkRead {
  const link = linkIn(text)
  if (link === null) return { kind: 'none' }
  let invitation: Invitation
  try {
    invitation = parseInvitation(link)
  } catch (thrown) {
    return { kind: 'wrong', problem: strings.joinHelp.linkWrong(sentence(describeFailure(thrown).message)) }
  }
  const { network, kind = 'peerscope', bootstrap, ignored = [] } = invitation
  const reason = unavailable(info, kind)
  if (reason !== null) return { kind: 'wrong', problem: strings.joinHelp.linkWrong(sentence(reason)) }
  const said = strings.joinHelp.filled(network, strings.networks.names[kind], bootstrap.length)
  return {
    kind: 'filled',
    draft: { ...draft, kind, network, bootstrap: bootstrap.join('\n') },
    said: ignored.length === 0 ? said : `${said} ${strings.desktop.invitationIgnored(ignored)}`,
  }
}
