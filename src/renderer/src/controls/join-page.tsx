import {
  ActionIcon,
  Button,
  CloseButton,
  Group,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core'
import { IconAlertTriangle, IconTopologyStarRing3, IconX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { SubmitEvent } from 'react'
import type { RecentNetwork } from '../../../shared/contract.ts'
import { nameOrId, otherSpellings } from '../../../shared/network-names.ts'
import type { App } from '../stores/app-context.tsx'
import { useApp, usePeers, useSettings, useUi } from '../stores/app-context.tsx'
import type { JoinDraft } from '../stores/ui-store.ts'
import { Confirm } from '../ui/confirm.tsx'
import { failure, sentence } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatCount } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useAgo } from '../ui/time.tsx'
import { enter } from './enter.ts'
import { parseAddresses, tagsError } from './join-form.ts'
import { tellFailure } from './verbs.ts'

/** What is shown while no network is joined: the form, what was joined before, and a first look. */
export function JoinPage() {
  const { settings, ui } = useApp()
  const status = usePeers((state) => state.status)
  const joinFailure = useUi((state) => state.joinFailure)
  // Who was never in a network may want to look first.
  const fresh = useSettings((state) => state.recent.length === 0)
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
  const defaults = useSettings((state) => state.settings?.tags)
  const initial = useSettings((state) => state.info?.initialNetwork)
  return draft ?? { network: initial ?? '', bootstrap: '', tags: defaults ?? [] }
}

interface FieldErrors {
  readonly network?: string
  readonly bootstrap?: string
  readonly tags?: string
}

function JoinForm() {
  const app = useApp()
  const draft = useDraft()
  const busy = useUi((state) => state.busy)
  const [errors, setErrors] = useState<FieldErrors>({})
  const others = useSettings((state) => state.recent)
  const [other] = otherSpellings(draft.network, others)
  const change = (part: Partial<JoinDraft>): void => {
    app.ui.setState({ draft: { ...draft, ...part } })
    setErrors({})
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const network = draft.network.trim()
    const bootstrap = parseAddresses(draft.bootstrap)
    const tags = tagsError(draft.tags)
    if (network === '' || !bootstrap.ok || tags !== null) {
      setErrors({
        ...(network === '' ? { network: strings.join.networkEmpty } : {}),
        ...(bootstrap.ok ? {} : { bootstrap: bootstrap.error }),
        ...(tags === null ? {} : { tags }),
      })
      return
    }
    app.ui.setState({ draft })
    void enter(app, () =>
      app.client.network.join({ network, bootstrap: [...bootstrap.addresses], tags: [...draft.tags] }),
    )
  }
  return (
    <form onSubmit={submit} aria-label={strings.join.title} noValidate>
      <Stack gap="md">
        <TextInput
          label={strings.join.network}
          description={strings.join.networkHelp}
          value={draft.network}
          error={errors.network}
          maxLength={4096}
          data-autofocus
          onChange={(event) => change({ network: event.currentTarget.value })}
        />
        {other === undefined ? null : (
          <Text fz="xs" component="output">
            {strings.join.otherSpelling(other.id)}{' '}
            <Button variant="default" size="compact-xs" onClick={() => change({ network: other.id })}>
              {strings.join.otherSpellingTake}
            </Button>
          </Text>
        )}
        <Textarea
          label={strings.join.bootstrap}
          description={strings.join.bootstrapHelp}
          placeholder={strings.join.bootstrapExample}
          value={draft.bootstrap}
          error={errors.bootstrap}
          rows={4}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
          onChange={(event) => change({ bootstrap: event.currentTarget.value })}
        />
        <TagsInput
          label={strings.join.tags}
          description={strings.join.tagsHelp}
          value={[...draft.tags]}
          error={errors.tags}
          onChange={(tags) => change({ tags })}
        />
        <Group>
          <Button type="submit" loading={busy}>
            {strings.join.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function Recent() {
  const recent = useSettings((state) => state.recent)
  return (
    <section aria-label={strings.join.recent}>
      <Text fw={600} fz="sm" mb={6}>
        {strings.join.recent}
      </Text>
      {recent.length === 0 ? (
        <Text c="dimmed" fz="sm">
          {strings.join.recentNone}
        </Text>
      ) : (
        recent.map((network) => <RecentLine key={network.id} network={network} />)
      )}
    </section>
  )
}

function RecentLine({ network }: { readonly network: RecentNetwork }) {
  const { ui, settings } = useApp()
  const [asked, setAsked] = useState(false)
  const age = useAgo(network.lastJoinedAt)
  const name = network.name ?? `${network.id.slice(0, 16)}…`
  const fill = (): void =>
    ui.setState({
      draft: {
        network: nameOrId(network),
        bootstrap: network.bootstrap.join('\n'),
        tags: network.tags,
      },
      joinFailure: null,
    })
  return (
    <div className="ps-recent">
      <button type="button" className="ps-link" title={strings.join.use(name)} onClick={fill}>
        <div className="ps-clip" title={network.name ?? network.id}>
          {name}
        </div>
        <Text c="dimmed" fz="xs">
          {strings.join.recentPeers(formatCount(network.knownPeers), age)}
        </Text>
      </button>
      <Tooltip label={strings.join.forget(name)} openDelay={400}>
        <ActionIcon variant="subtle" color="gray" aria-label={strings.join.forget(name)} onClick={() => setAsked(true)}>
          <IconX size={15} />
        </ActionIcon>
      </Tooltip>
      {asked ? (
        <Confirm
          title={strings.join.forgetTitle(name)}
          text={strings.join.forgetText}
          label={strings.join.forgetYes}
          danger
          act={() => settings.forget(network.id)}
          close={() => setAsked(false)}
        />
      ) : null}
    </div>
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
