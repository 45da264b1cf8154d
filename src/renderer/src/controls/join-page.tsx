import { Button, CloseButton, Stack, TagsInput, Text, Textarea, TextInput, Title } from '@mantine/core'
import { IconAlertTriangle, IconTopologyStarRing3 } from '@tabler/icons-react'
import { useEffect, useEffectEvent, useState } from 'react'
import type { SubmitEvent } from 'react'
import { MAX_INVITATION } from '../../../shared/invitation.ts'
import { ABILITIES } from '../../../shared/network-kind.ts'
import { otherSpellings } from '../../../shared/network-names.ts'
import type { App } from '../stores/app-context.tsx'
import { useApp, usePeers, useSettings, useUi } from '../stores/app-context.tsx'
import type { JoinDraft } from '../stores/ui-store.ts'
import { failure, sentence } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { isInOverlay } from '../ui/own-keys.ts'
import { strings } from '../ui/strings.ts'
import { enter } from './enter.ts'
import { Helped } from './field-help.tsx'
import { firstDraft, requestOf } from './join-draft.ts'
import type { JoinErrors } from './join-draft.ts'
import { isPasted, linkIn, readLink } from './join-link.ts'
import type { LinkRead } from './join-link.ts'
import { KindField, MoreFields, RelayField } from './kind-fields.tsx'
import { JustLeft, Recent } from './recent-networks.tsx'
import { tellFailure } from './verbs.ts'

const NO_LINK: LinkRead = { kind: 'none' }

/** What is shown while no network is joined: the form, what was joined before, and a first look. */
export function JoinPage() {
  const { settings, ui } = useApp()
  const status = usePeers((state) => state.status)
  const joinFailure = useUi((state) => state.joinFailure)
  // Who was never in a network may want to look first.
  const fresh = useSettings((state) => state.recent.every(({ demo }) => demo === true))
  useEffect(() => {
    settings.loadRecent().catch(tellFailure)
  }, [settings])
  const shown = joinFailure ?? (status.state === 'failed' ? failure(status.code, status.reason) : null)
  // What is shown of a lost demo swarm starts it again.
  const again = shown?.code === 'DemoFailed'
  return (
    <div className="ps-page">
      <div className="ps-page-inner">
        <Title order={1} fz={22}>
          {strings.join.title}
        </Title>
        <Text c="dimmed" fz="sm" mb="lg">
          {strings.join.lead}
        </Text>
        {shown === null ? null : (
          <FailureAlert
            failure={shown}
            onClose={joinFailure === null ? null : () => ui.setState({ joinFailure: null })}
          />
        )}
        <JustLeft />
        <div className="ps-join">
          <JoinForm />
          <Stack gap="lg">
            {fresh && !again ? <Demo /> : null}
            <Recent />
            {fresh || again ? null : <Demo />}
          </Stack>
        </div>
      </div>
    </div>
  )
}

function FailureAlert({ failure, onClose }: { readonly failure: Failure; readonly onClose: (() => void) | null }) {
  // No network failed, and nothing is to be corrected: it is only started again.
  const demo = failure.code === 'DemoFailed'
  return (
    <div className="ps-failure" role="alert">
      <IconAlertTriangle size={18} aria-hidden />
      <div>
        <strong>{demo ? sentence(failure.message) : strings.join.failedTitle}</strong>
        {demo ? null : <div>{sentence(failure.message)}</div>}
        {failure.hint === '' ? null : <div>{failure.hint}</div>}
        {demo ? <DemoAgain /> : null}
      </div>
      {onClose === null ? null : <CloseButton size="sm" aria-label={strings.join.dismiss} onClick={onClose} />}
    </div>
  )
}

function DemoAgain() {
  const app = useApp()
  const busy = useUi((state) => state.busy)
  return (
    <Button mt={8} size="xs" variant="default" disabled={busy} onClick={() => startDemo(app)}>
      {strings.join.demoAgain}
    </Button>
  )
}

function useDraft(): JoinDraft {
  const draft = useUi((state) => state.draft)
  const last = useUi((state) => state.joinKind)
  const settings = useSettings((state) => state.settings)
  const info = useSettings((state) => state.info)
  return draft ?? firstDraft(info, settings, last)
}

function JoinForm() {
  const app = useApp()
  const draft = useDraft()
  const busy = useUi((state) => state.busy)
  const [errors, setErrors] = useState<JoinErrors>({})
  const recent = useSettings((state) => state.recent)
  const [other] = otherSpellings(draft.network, draft.kind, recent)
  const byRelay = ABILITIES[draft.kind].relayUrls
  const words = byRelay ? { ...strings.join, ...strings.networks } : strings.join
  const link = useInvitation(draft)
  const change = (part: Partial<JoinDraft>): void => {
    link.clear()
    app.ui.setState({ draft: { ...draft, ...part } })
    setErrors({})
  }
  // What is pasted is read at once; a link that is typed, once it is whole.
  const take = (field: 'network' | 'bootstrap', text: string): void => {
    setErrors({})
    if (!isPasted(draft[field], text) || !link.take(text)) change({ [field]: text })
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    if (link.take(draft.network) || link.take(draft.bootstrap)) return
    const request = requestOf(draft)
    if (!request.ok) return setErrors(request.errors)
    app.ui.setState({ draft, joinKind: draft.kind })
    return void enter(app, () => app.client.network.join(request.input))
  }
  const { fields } = strings.joinHelp
  return (
    <form onSubmit={submit} aria-label={strings.join.title} noValidate>
      <Stack gap="md">
        <LinkSaid read={link.read} typed={linkIn(draft.network) !== null || linkIn(draft.bootstrap) !== null} />
        <Helped label={strings.networks.kind} help={fields.kind}>
          <KindField draft={draft} change={change} />
        </Helped>
        <Helped label={strings.join.network} help={fields.network}>
          <TextInput
            label={strings.join.network}
            description={strings.join.networkHelp}
            value={draft.network}
            error={errors.network}
            maxLength={MAX_INVITATION}
            data-autofocus
            onChange={(event) => take('network', event.currentTarget.value)}
          />
        </Helped>
        {other === undefined ? null : (
          <Text fz="xs" component="output">
            {strings.join.otherSpelling(other.id)}{' '}
            <Button variant="default" size="compact-xs" onClick={() => change({ network: other.id })}>
              {strings.join.otherSpellingTake}
            </Button>
          </Text>
        )}
        <Helped label={strings.join.bootstrap} help={fields.bootstrap}>
          <Textarea
            label={strings.join.bootstrap}
            description={words.bootstrapHelp}
            placeholder={words.bootstrapExample}
            value={draft.bootstrap}
            error={errors.bootstrap}
            rows={4}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
            onChange={(event) => take('bootstrap', event.currentTarget.value)}
          />
        </Helped>
        <Helped label={strings.join.tags} help={fields.tags}>
          <TagsInput
            label={strings.join.tags}
            description={words.tagsHelp}
            value={[...draft.tags]}
            error={errors.tags}
            onChange={(tags) => change({ tags })}
          />
        </Helped>
        {byRelay ? (
          <Helped label={strings.networks.relay} help={fields.relay}>
            <RelayField draft={draft} change={change} errors={errors} />
          </Helped>
        ) : null}
        {byRelay ? <MoreFields draft={draft} change={change} errors={errors} /> : null}
        <div className="ps-join-go">
          <Button type="submit" loading={busy}>
            {strings.join.submit}
          </Button>
        </div>
      </Stack>
    </form>
  )
}

/** Invitation links, wherever on the page they are pasted. */
function useInvitation(draft: JoinDraft) {
  const { ui } = useApp()
  const info = useSettings((state) => state.info)
  const [read, setRead] = useState<LinkRead>(NO_LINK)
  const take = (text: string): boolean => {
    const found = readLink(text, draft, info)
    if (found.kind === 'none') return false
    setRead(found)
    if (found.kind === 'filled') ui.setState({ draft: found.draft, joinFailure: null })
    return true
  }
  const onPaste = useEffectEvent((event: ClipboardEvent): void => {
    // A dialog over the page has fields of its own.
    if (isInOverlay(event.target)) return
    if (take(event.clipboardData?.getData('text') ?? '')) event.preventDefault()
  })
  useEffect(() => {
    const listen = (event: ClipboardEvent): void => onPaste(event)
    // Before the field that has the focus.
    document.addEventListener('paste', listen, { capture: true })
    return () => document.removeEventListener('paste', listen, { capture: true })
  }, [])
  return { read, take, clear: () => setRead(NO_LINK) }
}

/** Says what was filled in from a link, or what is wrong with it. */
function LinkSaid({ read, typed }: { readonly read: LinkRead; readonly typed: boolean }) {
  const text = read.kind === 'filled' ? read.said : read.kind === 'wrong' ? read.problem : null
  const shown = text ?? (typed ? strings.joinHelp.linkTyped : null)
  return (
    <output className="ps-link-said" data-link={shown === null ? undefined : read.kind} hidden={shown === null}>
      {shown}
    </output>
  )
}

function Demo() {
  const app = useApp()
  const busy = useUi((state) => state.busy)
  return (
    <section aria-label={strings.join.demoTitle}>
      <Text fw={600} fz="sm" mb={6}>
        {strings.join.demoTitle}
      </Text>
      <Button
        variant="default"
        fullWidth
        disabled={busy}
        leftSection={<IconTopologyStarRing3 size={17} />}
        onClick={() => startDemo(app)}
      >
        {strings.join.demo}
      </Button>
      <Text c="dimmed" fz="xs" mt={6}>
        {strings.join.demoHelp}
      </Text>
    </section>
  )
}

function startDemo(app: App): void {
  void enter(app, () => app.client.network.demo({}))
}
