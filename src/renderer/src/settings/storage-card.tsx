import { Button, Group, NumberInput, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { RetentionSettings, Settings, StorageFigures } from '../../../shared/contract.ts'
import { tell } from '../controls/verbs.ts'
import { useApp } from '../stores/app-context.tsx'
import { BELOW } from '../ui/below.ts'
import { describeFailure } from '../ui/errors.ts'
import type { Failure } from '../ui/errors.ts'
import { formatBytes, formatCount } from '../ui/format.ts'
import { FailureText } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { Ago } from '../ui/time.tsx'

/** The same as the engine allows; a number outside is said at the field. */
const RANGE = { days: [1, 3650], mebibytes: [16, 1_048_576] } as const
/** Pause between two looks at how much is stored, in milliseconds. */
const LOOK_MS = 5000

/** How much is stored, and how long it is kept. */
export function StorageCard({ settings }: { readonly settings: Settings }) {
  const { settings: store } = useApp()
  const [days, setDays] = useState<number | string>(settings.retention.days)
  const [mebibytes, setMebibytes] = useState<number | string>(settings.retention.mebibytes)
  const [failed, setFailed] = useState<Failure | null>(null)
  const text = strings.storage
  const given = { days: Number(days), mebibytes: Number(mebibytes) }
  const errors = { days: errorOf('days', days), mebibytes: errorOf('mebibytes', mebibytes) }
  const { retention } = settings
  const changed = given.days !== retention.days || given.mebibytes !== retention.mebibytes
  const less = given.days < retention.days || given.mebibytes < retention.mebibytes
  const save = async (wanted: RetentionSettings): Promise<void> => {
    setFailed(null)
    try {
      const saved = await store.save({ retention: { ...wanted } })
      setDays(saved.retention.days)
      setMebibytes(saved.retention.mebibytes)
      tell(text.saved)
    } catch (thrown) {
      setFailed(describeFailure(thrown))
    }
  }
  return (
    <section className="ps-group" aria-label={text.title}>
      <h2>{text.title}</h2>
      <p>{text.note}</p>
      <Figures />
      <div className="ps-settings-grid">
        <NumberInput
          label={text.days}
          description={text.daysHelp(...RANGE.days)}
          inputWrapperOrder={BELOW}
          value={days}
          onChange={setDays}
          allowDecimal={false}
          error={errors.days}
        />
        <NumberInput
          label={text.mebibytes}
          description={text.mebibytesHelp(RANGE.mebibytes[0], formatCount(RANGE.mebibytes[1]))}
          inputWrapperOrder={BELOW}
          value={mebibytes}
          onChange={setMebibytes}
          allowDecimal={false}
          error={errors.mebibytes}
        />
      </div>
      {changed && less && errors.days === null && errors.mebibytes === null ? (
        <Text c="var(--ps-warn)" fz="sm" mt="sm">
          {text.less}
        </Text>
      ) : null}
      {failed === null ? null : <FailureText failure={failed} />}
      <Group mt="lg">
        <Button
          disabled={!changed || errors.days !== null || errors.mebibytes !== null}
          onClick={() => void save(given)}
        >
          {text.save}
        </Button>
      </Group>
    </section>
  )
}

function Figures() {
  const { client } = useApp()
  const [figures, setFigures] = useState<StorageFigures | null>(null)
  useEffect(() => {
    let ended = false
    const look = async (): Promise<void> => {
      if (document.hidden) return
      try {
        const found = await client.history.storage()
        if (!ended) setFigures(found)
      } catch {
        // It is asked again; what was shown last stays.
      }
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => {
      ended = true
      clearInterval(timer)
    }
  }, [client])
  if (figures === null) return null
  const { fileBytes, freeBytes, events, sessions, peers, oldestEvent } = figures
  const text = strings.storage
  return (
    <Text fz="sm" mb="md" data-testid="storage">
      {text.figures(formatBytes(fileBytes), formatCount(events), formatCount(sessions), formatCount(peers))}
      {freeBytes > fileBytes / 10 ? `; ${text.free(formatBytes(freeBytes))}` : ''}
      {oldestEvent === null ? null : (
        <>
          . {text.oldest} <Ago at={oldestEvent} />.
        </>
      )}
    </Text>
  )
}

function errorOf(name: keyof typeof RANGE, value: number | string): string | null {
  const [least, most] = RANGE[name]
  const number = Number(value)
  if (value !== '' && Number.isInteger(number) && number >= least && number <= most) return null
  return strings.storage.outside(least, formatCount(most))
}
