import { Button, Text } from '@mantine/core'
import { IconFileDownload } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import type { Cost } from '../../../shared/reports.ts'
import { tellFailure } from '../controls/verbs.ts'
import { useApp } from '../stores/app-context.tsx'
import { formatBytes, formatCount, formatRtt, roughDuration } from '../ui/format.ts'
import { download } from '../ui/download.ts'
import { strings } from '../ui/strings.ts'

/** How often the figures are asked for while they are shown, milliseconds. */
const EVERY_MS = 2000

/** What Peerscope itself costs, and the bundle for bug reports. */
export function CostCard() {
  const { client } = useApp()
  const cost = useCost()
  const [busy, setBusy] = useState(false)
  const text = strings.alerts
  const save = async (): Promise<void> => {
    setBusy(true)
    try {
      const bundle = await client.app.diagnostics()
      const name = `peerscope-diagnostics-${bundle.at.slice(0, 19).replaceAll(/[:T]/g, '-')}.json`
      download(name, new Blob([`${JSON.stringify(bundle, null, 2)}\n`], { type: 'application/json' }))
    } catch (thrown) {
      tellFailure(thrown)
    }
    setBusy(false)
  }
  return (
    <section className="ps-group" aria-label={text.costTitle}>
      <h2>{text.costTitle}</h2>
      <p>{text.costNote}</p>
      {cost === null ? null : (
        <dl className="ps-cost">
          {factsOf(cost).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      <Button
        variant="default"
        size="xs"
        loading={busy}
        leftSection={<IconFileDownload size={15} aria-hidden />}
        onClick={() => void save()}
      >
        {text.bundle}
      </Button>
      <Text fz="xs" c="dimmed" mt={4}>
        {text.bundleHelp}
      </Text>
    </section>
  )
}

/** The figures in words, by name. */
export function factsOf(cost: Cost): readonly (readonly [string, string])[] {
  const text = strings.alerts
  return [
    [text.cost.cpu, text.percent(cost.cpuPercent)],
    [text.cost.memory, text.heap(formatBytes(cost.memoryBytes), formatBytes(cost.heapBytes))],
    [text.cost.loop, cost.loopDelayMs === null ? text.notMeasured : formatRtt(cost.loopDelayMs)],
    [text.cost.received, text.flow(formatBytes(cost.bytesIn), formatBytes(cost.inPerSecond))],
    [text.cost.sent, text.flow(formatBytes(cost.bytesOut), formatBytes(cost.outPerSecond))],
    [text.cost.dials, formatCount(cost.dials)],
    [text.cost.store, cost.storeBytes === null ? text.inMemory : formatBytes(cost.storeBytes)],
    [text.cost.uptime, roughDuration(cost.uptimeMs)],
  ]
}

function useCost(): Cost | null {
  const { client } = useApp()
  const [cost, setCost] = useState<Cost | null>(null)
  useEffect(() => {
    let shown = true
    const ask = (): void => {
      if (document.hidden) return
      client.app.cost().then(
        (answer) => shown && setCost(answer),
        // The banner tells that the engine does not answer; the last figures stay.
        () => undefined,
      )
    }
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => {
      shown = false
      clearInterval(timer)
    }
  }, [client])
  return cost
}
