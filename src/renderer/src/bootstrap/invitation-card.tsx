import { Button, Checkbox, Group, TextInput } from '@mantine/core'
import { IconLink, IconTextCaption } from '@tabler/icons-react'
import { useState } from 'react'
import type { NetworkRef } from '../../../shared/contract.ts'
import type { Invitation } from '../../../shared/invitation.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import { nameOrId } from '../../../shared/network-names.ts'
import {
  formatInvitation,
  invitationText,
  invitedFirst,
  MAX_INVITED_ADDRESSES,
  parseInvitation,
} from '../../../shared/invitation.ts'
import { onlyLocal } from '../../../shared/reachability.ts'
import { copyText } from '../controls/verbs.ts'
import { useApp } from '../stores/app-context.tsx'
import { describeFailure } from '../ui/errors.ts'
import { formsOf } from '../../../shared/forms.ts'
import { Panel } from '../ui/panel.tsx'
import { strings } from '../ui/strings.ts'
import { ClassChip } from './addresses-card.tsx'
import { Nothing } from './nothing.tsx'

/** Makes an invitation to the joined network, and takes one. `network` is null where none is joined. */
export function InvitationCard({
  network,
  addresses,
}: {
  readonly network: NetworkRef | null
  readonly addresses: readonly string[]
}) {
  const text = strings.bootstrap
  return (
    <Panel title={text.invite} note={network === null ? text.pasteHelp : text.inviteNote}>
      {network === null ? null : <Make network={network} addresses={addresses.map(formsOf(network.kind).said)} />}
      <Paste named={network !== null} />
    </Panel>
  )
}

function Make({ network, addresses }: { readonly network: NetworkRef; readonly addresses: readonly string[] }) {
  const text = strings.bootstrap
  // What was not touched follows the node's addresses, which change.
  const [touched, setTouched] = useState<Readonly<Record<string, boolean>>>({})
  const usual = new Set(invitedFirst(addresses))
  const chosen = addresses.filter((address) => touched[address] ?? usual.has(address))
  const made = linkOf({ network: nameOrId(network), kind: network.kind, bootstrap: chosen })
  return (
    <>
      {addresses.length === 0 ? null : (
        <fieldset className="ps-boot-choice">
          <legend>{text.inviteAddresses}</legend>
          {addresses.map((address) => {
            const checked = chosen.includes(address)
            return (
              <Checkbox
                key={address}
                size="xs"
                checked={checked}
                disabled={!checked && chosen.length >= MAX_INVITED_ADDRESSES}
                onChange={() => setTouched({ ...touched, [address]: !checked })}
                label={
                  <span className="ps-boot-address">
                    <ClassChip address={address} />
                    <span className="ps-mono ps-clip" title={address}>
                      {address}
                    </span>
                  </span>
                }
              />
            )
          })}
        </fieldset>
      )}
      {chosen.length === 0 ? (
        <Nothing help={ABILITIES[network.kind].lan ? text.inviteNoAddresses : text.inviteNoAddressesNoLan} />
      ) : null}
      {onlyLocal(chosen) ? <Nothing help={text.inviteLocal} /> : null}
      {made.link === null ? (
        <Nothing help={`${text.inviteTooLong}${made.problem}`} />
      ) : (
        <>
          <output className="ps-boot-link ps-mono" aria-label={text.inviteLink}>
            {made.link}
          </output>
          <Group gap="xs" mt={8}>
            <Button size="xs" leftSection={<IconLink size={15} aria-hidden />} onClick={() => void copyText(made.link)}>
              {text.copyLink}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTextCaption size={15} aria-hidden />}
              onClick={() => void copyText(made.text)}
            >
              {text.copyText}
            </Button>
          </Group>
        </>
      )}
    </>
  )
}

/** A link is only looked at here: the dialog that every invitation goes through asks before anything is contacted. */
function Paste({ named }: { readonly named: boolean }) {
  const { incoming } = useApp()
  const [link, setLink] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const text = strings.bootstrap
  const look = (): void => {
    if (link.trim() === '') return setProblem(text.pasteNone)
    try {
      incoming.setState({ invitation: parseInvitation(link) })
      setProblem(null)
      return setLink('')
    } catch (thrown) {
      return setProblem(describeFailure(thrown).message)
    }
  }
  return (
    <form
      className="ps-boot-paste"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        look()
      }}
    >
      <TextInput
        size="sm"
        label={text.paste}
        description={named ? text.pasteHelp : null}
        placeholder={text.pasteExample}
        value={link}
        error={problem}
        spellCheck={false}
        onChange={(event) => {
          setLink(event.currentTarget.value)
          setProblem(null)
        }}
      />
      <Button type="submit" size="sm" variant="default">
        {text.pasteGo}
      </Button>
    </form>
  )
}

type Made =
  | { readonly link: string; readonly text: string; readonly problem: null }
  | { readonly link: null; readonly problem: string }

function linkOf(invitation: Invitation): Made {
  try {
    return { link: formatInvitation(invitation), text: invitationText(invitation), problem: null }
  } catch (thrown) {
    return { link: null, problem: describeFailure(thrown).message }
  }
}
