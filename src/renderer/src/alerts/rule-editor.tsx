import { Button, Checkbox, Group, NativeSelect, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { networkName } from '../../../shared/alert-happenings.ts'
import type { AlertKind } from '../../../shared/alert-kinds.ts'
import type { AlertRule } from '../../../shared/alerts.ts'
import { DEPARTURES } from '../../../shared/alert-kinds.ts'
import type { NetworkRef } from '../../../shared/contract.ts'
import { networkKeyOf } from '../../../shared/network-kind.ts'
import { tell } from '../controls/verbs.ts'
import { FormFilter } from '../peers/filter-field.tsx'
import { useApp, usePeers } from '../stores/app-context.tsx'
import { BELOW } from '../ui/below.ts'
import { Dialog } from '../ui/dialog.tsx'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { draftOf, FILTERED, LASTING, readDraft, readPreview } from './rule-form.ts'
import type { RuleDraft, RuleField, RuleResult } from './rule-form.ts'
import { RuleFacts } from './rule-facts.tsx'

const KINDS = Object.keys(strings.alerts.kinds) as AlertKind[]

/** The dialog for a rule; null is a new one. */
export function RuleEditor({ rule, close }: { readonly rule: AlertRule | null; readonly close: () => void }) {
  const { alerts } = useApp()
  const joined = usePeers(({ status }) => ('network' in status && status.state !== 'failed' ? status.network : null))
  const [draft, setDraft] = useState<RuleDraft>(() => draftOf(rule, joined))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<Failure | null>(null)
  const text = strings.alerts
  const result = readDraft(draft)
  const preview = readPreview(draft)
  const change = (changes: Partial<RuleDraft>): void => setDraft((before) => ({ ...before, ...changes }))
  const run = (call: (rule: Extract<RuleResult, { ok: true }>['rule']) => Promise<void>): void => {
    setTried(true)
    if (!result.ok || busy) return
    setBusy(true)
    setFailed(null)
    void call(result.rule)
      .catch((thrown: unknown) => setFailed(describeFailure(thrown)))
      .finally(() => setBusy(false))
  }
  const save = (): void =>
    run(async (given) => {
      const saved = await alerts.save(given)
      tell(text.saved(saved.name))
      close()
    })
  const test = (): void =>
    run(async (given) => {
      const { webhook, reason } = await alerts.test(given)
      tell(webhook === 'failed' ? text.tested.failed(reason) : text.tested[webhook])
    })
  return (
    <Dialog onClose={close} title={rule === null ? text.addTitle : text.editTitle} size="lg">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          save()
        }}
      >
        <Fields draft={draft} result={result} tried={tried} networks={[joined, rule?.network]} change={change} />
        {preview === null ? null : <RuleFacts rule={preview} />}
        {failed === null ? null : <FailureText failure={failed} />}
        <Group justify="space-between" mt="lg">
          <Button variant="default" loading={busy} onClick={test}>
            {text.test}
          </Button>
          <Group gap="xs">
            <Button variant="default" onClick={close}>
              {text.cancel}
            </Button>
            <Button type="submit" loading={busy}>
              {text.save}
            </Button>
          </Group>
        </Group>
      </form>
    </Dialog>
  )
}

interface FieldsProps {
  readonly draft: RuleDraft
  readonly result: RuleResult
  /** Whether somebody tried to save: until then an empty name is no fault. */
  readonly tried: boolean
  /** To which it may belong. */
  readonly networks: readonly (NetworkRef | null | undefined)[]
  readonly change: (changes: Partial<RuleDraft>) => void
}

function Fields({ draft, result, tried, networks, change }: FieldsProps) {
  const text = strings.alerts
  const errorOf = (field: RuleField): string | null => (result.ok ? null : (result.errors[field] ?? null))
  const problem = result.ok ? null : result.problem
  return (
    <>
      <Group align="flex-start" grow mb="sm">
        <Select
          label={text.kind}
          description={draft.kind === 'network-split' ? text.splitHelp : undefined}
          inputWrapperOrder={BELOW}
          data={KINDS.map((value) => ({ value, label: text.kinds[value] }))}
          value={draft.kind}
          allowDeselect={false}
          onChange={(kind) => kind !== null && change({ kind })}
        />
        <TextInput
          label={text.name}
          description={text.nameHelp}
          inputWrapperOrder={BELOW}
          data-autofocus
          maxLength={100}
          value={draft.name}
          error={tried ? errorOf('name') : null}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
      </Group>
      <NetworkField value={draft.network} networks={networks} onChange={(network) => change({ network })} />
      {FILTERED.includes(draft.kind) ? (
        <FormFilter
          label={text.filter}
          description={text.filterHelp}
          mb="sm"
          value={draft.filter}
          scope="peers only"
          problem={problem}
          onChange={(filter) => change({ filter })}
        />
      ) : null}
      <Limits draft={draft} errorOf={errorOf} change={change} />
      <Quiet draft={draft} errorOf={errorOf} change={change} />
      <Checkbox
        label={text.notify}
        mb="sm"
        checked={draft.notify}
        onChange={(event) => change({ notify: event.currentTarget.checked })}
      />
      <TextInput
        label={text.webhook}
        description={text.webhookHelp}
        placeholder="https://"
        spellCheck={false}
        autoComplete="off"
        value={draft.webhook}
        error={errorOf('webhook')}
        onChange={(event) => change({ webhook: event.currentTarget.value })}
      />
    </>
  )
}

/** The network that the rule belongs to, or every one. */
function NetworkField(props: {
  readonly value: NetworkRef | null
  readonly networks: FieldsProps['networks']
  readonly onChange: (network: NetworkRef | null) => void
}) {
  const text = strings.alerts
  const known = new Map(props.networks.flatMap((one) => (one ? [[networkKeyOf(one) as string, one] as const] : [])))
  return (
    <NativeSelect
      label={text.network}
      description={text.networkHelp}
      inputWrapperOrder={BELOW}
      mb="sm"
      data={[
        ...[...known].map(([value, one]) => ({ value, label: networkName(one) })),
        { value: '', label: text.everyNetwork },
      ]}
      value={props.value === null ? '' : networkKeyOf(props.value)}
      onChange={(event) => props.onChange(known.get(event.currentTarget.value) ?? null)}
    />
  )
}

interface PartProps {
  readonly draft: RuleDraft
  readonly errorOf: (field: RuleField) => string | null
  readonly change: (changes: Partial<RuleDraft>) => void
}

function Limits({ draft, errorOf, change }: PartProps) {
  const text = strings.alerts
  return (
    <div className="ps-rule-limits">
      {draft.kind === 'peer-departed' ? (
        <NativeSelect
          label={strings.watch.how}
          data={DEPARTURES.map((value) => ({ value, label: strings.watch.hows[value] }))}
          value={draft.how}
          onChange={(event) => {
            const { value } = event.currentTarget
            change({ how: DEPARTURES.find((one) => one === value) ?? 'any' })
          }}
        />
      ) : null}
      {draft.kind === 'peer-count' ? (
        <>
          <NativeSelect
            label={text.direction}
            data={(['below', 'above'] as const).map((value) => ({ value, label: text.directions[value] }))}
            value={draft.direction}
            onChange={(event) => change({ direction: event.currentTarget.value === 'above' ? 'above' : 'below' })}
          />
          <TextInput
            label={text.count}
            inputMode="numeric"
            value={draft.count}
            error={errorOf('count')}
            onChange={(event) => change({ count: event.currentTarget.value })}
          />
        </>
      ) : null}
      {draft.kind === 'rtt-above' ? (
        <TextInput
          label={text.rtt}
          description={text.rttHelp}
          inputWrapperOrder={BELOW}
          value={draft.rtt}
          error={errorOf('rtt')}
          onChange={(event) => change({ rtt: event.currentTarget.value })}
        />
      ) : null}
      {LASTING.includes(draft.kind) ? (
        <TextInput
          label={text.duration}
          description={draft.kind === 'peer-count' ? undefined : text.durationHelp}
          inputWrapperOrder={BELOW}
          value={draft.duration}
          error={errorOf('duration')}
          onChange={(event) => change({ duration: event.currentTarget.value })}
        />
      ) : null}
      <TextInput
        label={text.cooldown}
        description={draft.kind === 'peer-count' ? undefined : text.cooldownHelp}
        inputWrapperOrder={BELOW}
        value={draft.cooldown}
        error={errorOf('cooldown')}
        onChange={(event) => change({ cooldown: event.currentTarget.value })}
      />
    </div>
  )
}

function Quiet({ draft, errorOf, change }: PartProps) {
  const text = strings.alerts
  return (
    <Group align="flex-start" gap="lg" mb="sm">
      <Checkbox
        label={text.quiet}
        description={text.quietHelp}
        maw={280}
        checked={draft.quiet}
        onChange={(event) => change({ quiet: event.currentTarget.checked })}
      />
      {draft.quiet ? (
        <>
          <TextInput
            label={text.quietFrom}
            type="time"
            w={132}
            value={draft.quietFrom}
            error={errorOf('quietFrom')}
            onChange={(event) => change({ quietFrom: event.currentTarget.value })}
          />
          <TextInput
            label={text.quietTo}
            type="time"
            w={132}
            value={draft.quietTo}
            error={errorOf('quietTo')}
            onChange={(event) => change({ quietTo: event.currentTarget.value })}
          />
        </>
      ) : null}
    </Group>
  )
}
