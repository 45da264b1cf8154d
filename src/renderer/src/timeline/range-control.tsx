import { SegmentedControl } from '@mantine/core'
import { useApp, useRange } from '../stores/app-context.tsx'
import { RANGES } from '../stores/range-store.ts'
import { strings } from '../ui/strings.ts'

/** The range of all views; a span that the user chose is one more choice. */
export function RangeControl() {
  const { range: store } = useApp()
  const range = useRange((state) => state.range)
  const named = typeof range === 'string'
  const data = [
    ...RANGES.map((one) => ({ value: one, label: strings.past.ranges[one] as string })),
    ...(named ? [] : [{ value: 'custom', label: strings.timeline.custom }]),
  ]
  return (
    <SegmentedControl
      size="xs"
      aria-label={strings.past.range}
      data={data}
      value={named ? range : 'custom'}
      onChange={(value) => {
        const chosen = RANGES.find((one) => one === value)
        if (chosen !== undefined) store.setState({ range: chosen })
      }}
    />
  )
}
