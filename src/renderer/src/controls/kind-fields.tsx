import { Button, Collapse, Radio, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useId, useState } from 'react'
import { NETWORK_KINDS } from '../../../shared/network-kind.ts'
import type { NetworkKind } from '../../../shared/network-kind.ts'
import { useSettings } from '../stores/app-context.tsx'
import type { JoinDraft, RelayChoice } from '../stores/ui-store.ts'
import { sentence } from '../ui/errors.ts'
import { strings } from '../ui/strings.ts'
import { dhtAsked, unavailable } from './join-draft.ts'
import type { JoinErrors } from './join-draft.ts'

interface FieldsProps {
  readonly draft: JoinDraft
  readonly change: (part: Partial<JoinDraft>) => void
}

/** Which kind of network is joined, and why one cannot be chosen here. */
export function KindField({ draft, change }: FieldsProps) {
  const info = useSettings((state) => state.info)
  const text = strings.networks
  const about = useId()
  const reasons = NETWORK_KINDS.flatMap((kind) => unavailable(info, kind) ?? [])
  return (
    <div>
      <Text fz="sm" fw={600} mb={4} aria-hidden>
        {text.kind}
      </Text>
      <SegmentedControl<NetworkKind>
        aria-label={text.kind}
        aria-describedby={about}
        value={draft.kind}
        onChange={(kind) => change({ kind })}
        data={NETWORK_KINDS.map((kind) => ({
          value: kind,
          label: text.names[kind],
          disabled: unavailable(info, kind) !== null,
        }))}
      />
      <Text id={about} c="dimmed" fz="xs" mt={4} component="div">
        {text.about[draft.kind]}
        {reasons.map((reason) => (
          <div key={reason}>{sentence(reason)}</div>
        ))}
      </Text>
    </div>
  )
}

const RELAYS: readonly RelayChoice[] = ['off', 'default', 'url']

/** Relays, with what each choice contacts before anything is contacted. */
export function RelayField({ draft, change, errors }: FieldsProps & { readonly errors: JoinErrors }) {
  const dht = useSettings((state) => dhtAsked(state.info, state.settings))
  const text = strings.networks
  return (
    <>
      <Radio.Group
        label={text.relay}
        value={draft.relay}
        onChange={(relay) => change({ relay: RELAYS.find((one) => one === relay) ?? 'off' })}
      >
        <Stack gap={8} mt={6}>
          {RELAYS.map((relay) => (
            <Radio
              key={relay}
              size="sm"
              styles={{ label: { fontSize: 13.5 }, description: { fontSize: 12 } }}
              value={relay}
              label={text.relays[relay]}
              description={text.relayMeaning[relay]}
            />
          ))}
        </Stack>
      </Radio.Group>
      {draft.relay === 'url' ? (
        <TextInput
          label={text.relayUrl}
          placeholder={text.relayExample}
          value={draft.relayUrl}
          error={errors.relayUrl}
          maxLength={512}
          spellCheck={false}
          onChange={(event) => change({ relayUrl: event.currentTarget.value })}
        />
      ) : null}
      <Text c="dimmed" fz="xs">
        {text.contacted.addresses} {text.contacted.dht[dht]} {text.contacted.router}
      </Text>
    </>
  )
}

/** What few need. */
export function MoreFields({ draft, change, errors }: FieldsProps & { readonly errors: JoinErrors }) {
  const own = useSettings((state) => state.info?.kinds.find(({ kind }) => kind === draft.kind)?.entryVersion ?? '')
  const [opened, setOpened] = useState(draft.entryVersion !== '')
  const id = useId()
  const text = strings.networks
  const open = opened || errors.entryVersion !== undefined
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <div>
      <Button
        size="compact-xs"
        variant="subtle"
        color="gray"
        aria-expanded={open}
        aria-controls={id}
        leftSection={<Chevron size={13} aria-hidden />}
        onClick={() => setOpened(!open)}
      >
        {text.more}
      </Button>
      <Collapse expanded={open} id={id}>
        <TextInput
          mt={6}
          label={text.entryVersion}
          description={text.entryVersionHelp(own)}
          placeholder={own}
          value={draft.entryVersion}
          error={errors.entryVersion}
          maxLength={32}
          spellCheck={false}
          onChange={(event) => change({ entryVersion: event.currentTarget.value })}
        />
      </Collapse>
    </div>
  )
}
