import { Autocomplete, Button, Group, TagsInput, Text, Textarea } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { SubmitEvent } from 'react'
import { DialFailed, InvalidArgument } from '../../../shared/errors.ts'
import { isPeerId } from '../../../shared/ids.ts'
import { peerIdForms, peerIdFromAnyForm } from '../../../shared/peer-form.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import { useApp, useForms, usePeers, useUi } from '../stores/app-context.tsx'
import type { App } from '../stores/app-context.tsx'
import { ownName } from '../stores/note-store.ts'
import { Dialog } from '../ui/dialog.tsx'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatBytes, formatRtt, roughDuration } from '../ui/format.ts'
import { nickname } from '../../../shared/nickname.ts'
import { formsOf, isCustom } from '../../../shared/forms.ts'
import { FailureText } from '../ui/pieces.tsx'
import { isKeyTaken } from '../ui/own-keys.ts'
import { strings } from '../ui/strings.ts'
import { parseAddresses, tagsError } from './join-form.ts'
import { KeysList } from './keys-list.tsx'
import { tell } from './verbs.ts'
import { answers, whyNot } from './why-not.ts'

/** Reasons of failed dials that are shown; the events have them all. */
const MAX_REASONS = 4

/** The dialog of the verb that was chosen, if any. */
export function Dialogs() {
  const { ui } = useApp()
  const dialog = useUi((state) => state.dialog)
  const close = (): void => ui.setState({ dialog: null })
  const titles = {
    dial: strings.verbs.dialTitle,
    sync: strings.verbs.syncTitle,
    ping: strings.verbs.pingTitle,
    tags: strings.verbs.tagsTitle,
    leave: strings.verbs.leaveTitle,
    keys: strings.keys.title,
  }
  useEffect(() => onQuestionMark(() => ui.setState({ dialog: 'keys' })), [ui])
  if (dialog === null) return null
  return (
    <Dialog key={dialog} onClose={close} title={titles[dialog]} size={dialog === 'keys' ? 'lg' : 'md'}>
      {dialog === 'dial' ? <DialForm close={close} /> : null}
      {dialog === 'sync' || dialog === 'ping' ? <PeerForm verb={dialog} close={close} /> : null}
      {dialog === 'tags' ? <TagsForm close={close} /> : null}
      {dialog === 'leave' ? <LeaveForm close={close} /> : null}
      {dialog === 'keys' ? <KeysList /> : null}
    </Dialog>
  )
}

/** Calls back on a question mark that is not being typed. */
function onQuestionMark(act: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (isKeyTaken(event.target)) return
    event.preventDefault()
    act()
  }
  globalThis.addEventListener('keydown', onKeyDown)
  return () => globalThis.removeEventListener('keydown', onKeyDown)
}

interface FormProps {
  readonly close: () => void
}

/** Runs a call once at a time; closes on success, else keeps the failure. */
function useCall(close: () => void): {
  readonly busy: boolean
  readonly failed: Failure | null
  readonly run: (call: () => Promise<string>) => void
} {
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failure | null>(null)
  const run = (call: () => Promise<string>): void => {
    if (busy) return
    setBusy(true)
    setFailed(null)
    const finish = async (): Promise<void> => {
      try {
        tell(await call())
        close()
      } catch (thrown) {
        setFailed(describeFailure(thrown))
        setBusy(false)
      }
    }
    void finish()
  }
  return { busy, failed, run }
}

function Foot(
  props: {
    readonly busy: boolean
    readonly failed: Failure | null
    readonly label: string
    readonly danger?: boolean
  } & FormProps,
) {
  return (
    <>
      {props.failed === null ? null : (
        <Text component="div" fz="sm" mt="sm">
          <FailureText failure={props.failed} />
        </Text>
      )}
      <Group justify="flex-end" mt="md">
        <Button variant="default" data-autofocus={props.danger === true ? true : undefined} onClick={props.close}>
          {strings.verbs.cancel}
        </Button>
        <Button type="submit" loading={props.busy} color={props.danger === true ? 'red.8' : 'accent'}>
          {props.label}
        </Button>
      </Group>
    </>
  )
}

function DialForm({ close }: FormProps) {
  const { client } = useApp()
  const kind = usePeers((state) => state.kind)
  const [text, setText] = useState('')
  const [error, setError] = useState<string | null>(null)
  const { busy, failed, run } = useCall(close)
  const words = ABILITIES[kind].relayUrls ? strings.networks : strings.join
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const list = parseAddresses(text, kind)
    if (!list.ok) return setError(list.error)
    if (list.addresses.length === 0) return setError(strings.field.needAddress)
    run(async () => {
      const results = await client.peers.dial({ addresses: [...list.addresses] })
      const reasons = results.flatMap(({ reason }) => reason ?? [])
      if (reasons.length === 0) return strings.verbs.dialed
      if (reasons.length === results.length) throw new DialFailed(linesOf(reasons))
      return strings.verbs.dialedSome(results.length - reasons.length, results.length, linesOf(reasons))
    })
  }
  return (
    <form onSubmit={submit} noValidate>
      <Textarea
        label={strings.verbs.dialField}
        description={words.bootstrapHelp.split(',')[0]}
        placeholder={words.bootstrapExample}
        rows={3}
        value={text}
        error={error}
        spellCheck={false}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value)
          setError(null)
        }}
      />
      <Foot busy={busy} failed={failed} label={strings.inspector.dial} close={close} />
    </form>
  )
}

/** One reason a line, as many as can be read at a glance. */
function linesOf(reasons: readonly string[]): string {
  const [shown, more] = [reasons.slice(0, MAX_REASONS), reasons.length - MAX_REASONS]
  return [...shown, ...(more > 0 ? [strings.verbs.moreReasons(more)] : [])].join('\n')
}

function PeerForm({ verb, close }: FormProps & { readonly verb: 'sync' | 'ping' }) {
  const app = useApp()
  const forms = useForms()
  const [text, setText] = useState(() => {
    const { selected } = app.ui.getState()
    // What has left does not answer.
    return selected !== null && answers(app.peers.getState().peers.get(selected)) ? forms.id(selected) : ''
  })
  const { busy, failed, run } = useCall(close)
  const [error, setError] = useState<string | null>(null)
  const [ids] = useState(() => {
    const { ids: all, peers } = app.peers.getState()
    return all
      .filter((id) => answers(peers.get(id)))
      .slice(0, 2000)
      .map(forms.id)
  })
  const namesOf = (id: string): string => {
    const peerId = peerIdFromAnyForm(id) ?? id
    const own = ownName(app.notes.getState(), peerId)
    return own === null ? nickname(peerId) : `${own} · ${nickname(peerId)}`
  }
  const wordsOf = (id: string): string => {
    const peerId = peerIdFromAnyForm(id)
    return `${id} ${namesOf(id)} ${peerId === null ? '' : peerIdForms(peerId).join(' ')}`.toLowerCase()
  }
  const isFound = (id: string, part: string): boolean => wordsOf(id).includes(part.trim().toLowerCase())
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    // Of a part of a name only the one peer that has it: a verb is not for the first of many.
    const [one = null, ...more] = text.trim() === '' ? [] : ids.filter((id) => isFound(id, text))
    const peerId = peerIdFromAnyForm(text) ?? (one === null || more.length > 0 ? null : peerIdFromAnyForm(one))
    if (peerId === null) return setError(strings.verbs.peerHelp[forms.kind])
    const row = app.peers.getState().peers.get(peerId)
    const why = row === undefined ? null : whyNot(verb, row)
    if (why !== null) return setError(why)
    run(() => runVerb(app, verb, peerId))
  }
  return (
    <form onSubmit={submit} noValidate>
      <Autocomplete
        label={strings.verbs.peerField}
        description={strings.verbs.peerHelp[forms.kind]}
        data={ids}
        limit={8}
        filter={({ options, search, limit }) =>
          options.filter((one) => 'value' in one && isFound(one.value, search)).slice(0, limit)
        }
        renderOption={({ option }) => `${namesOf(option.value)} · ${option.value.slice(0, 20)}…`}
        value={text}
        error={error}
        data-autofocus
        onChange={(value) => {
          setText(value)
          setError(null)
        }}
      />
      <Foot busy={busy} failed={failed} label={strings.inspector[verb]} close={close} />
    </form>
  )
}

/** Pings, syncs with or dials a peer; resolves with the result in words. */
export async function runVerb(app: App, verb: 'ping' | 'sync' | 'dial', text: string): Promise<string> {
  if (!isPeerId(text)) throw new InvalidArgument(strings.verbs.peerHelp.peerscope)
  switch (verb) {
    case 'ping': {
      const { rttMs } = await app.client.peers.ping({ peerId: text })
      return strings.inspector.pinged(formatRtt(rttMs))
    }
    case 'sync': {
      const { received, sent, bytes, durationMs } = await app.client.peers.sync({ peerId: text })
      return strings.inspector.synced(received, sent, formatBytes(bytes), roughDuration(durationMs))
    }
    case 'dial': {
      const row = app.peers.getState().peers.get(text)
      const forms = formsOf(app.peers.getState().kind)
      const addresses = (row?.addresses ?? [])
        .filter((address) => !isCustom(address))
        .map((address) => forms.target(address, text))
      if (addresses.length === 0) throw new DialFailed(strings.verbs.noAddress)
      // One of its addresses is enough.
      const results = await app.client.peers.dial({ addresses })
      const reasons = results.flatMap(({ reason }) => reason ?? [])
      if (reasons.length > 0 && reasons.length === results.length) throw new DialFailed(linesOf(reasons))
      return strings.inspector.dialed
    }
  }
}

/** Adds and takes away own tags until they are `next`. */
export async function setOwnTags(app: App, before: readonly string[], next: readonly string[]): Promise<void> {
  const added = next.filter((tag) => !before.includes(tag))
  const removed = before.filter((tag) => !next.includes(tag))
  if (added.length > 0) await app.client.self.addTags({ tags: added })
  if (removed.length > 0) await app.client.self.removeTags({ tags: removed })
}

function TagsForm({ close }: FormProps) {
  const app = useApp()
  const [before] = useState(() => {
    const { status, peers } = app.peers.getState()
    return 'self' in status ? (peers.get(status.self)?.tags ?? []) : []
  })
  const [tags, setTags] = useState([...before])
  const { busy, failed, run } = useCall(close)
  const error = tagsError(tags)
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (error !== null) return
        run(async () => {
          await setOwnTags(app, before, tags)
          return strings.verbs.tagsTitle
        })
      }}
    >
      <TagsInput
        label={strings.inspector.tags}
        description={strings.join.tagsHelp}
        value={tags}
        error={error}
        data-autofocus
        onChange={setTags}
      />
      <Foot busy={busy} failed={failed} label={strings.verbs.save} close={close} />
    </form>
  )
}

function LeaveForm({ close }: FormProps) {
  const { client, ui } = useApp()
  const lost = usePeers(({ loss }) => loss !== null)
  const { busy, failed, run } = useCall(close)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        run(async () => {
          await client.network.leave()
          ui.setState({ selected: null, filter: '' })
          return strings.verbs.left
        })
      }}
    >
      <Text fz="sm">{lost ? strings.verbs.leaveTextLost : strings.verbs.leaveText}</Text>
      <Foot busy={busy} failed={failed} label={strings.verbs.leave.split(' ')[0] ?? ''} danger close={close} />
    </form>
  )
}
