import { Button, Group, Select } from '@mantine/core'
import { IconShare2 } from '@tabler/icons-react'
import { useState } from 'react'
import { useShare } from '../controls/export.tsx'
import { usePicture } from '../stores/app-context.tsx'
import { momentOf } from '../stores/picture-store.ts'
import { nameOf } from '../stores/stored-history.ts'
import { formatExact } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { hostNow } from '../ui/host-time.ts'

/** How much before and after the moment is shared, in milliseconds. */
const SPANS = { quarter: 900_000, hour: 3_600_000, six: 6 * 3_600_000 } as const
type Span = keyof typeof SPANS

/** Gives the moment that is looked at, or now, to somebody else. */
export function ShareCard() {
  const past = usePicture(({ picture }) => momentOf(picture)?.at ?? null)
  const history = usePicture(({ played }) => played?.stored?.network ?? null)
  const share = useShare()
  const [span, setSpan] = useState<Span>('hour')
  const [busy, setBusy] = useState(false)
  const text = strings.past
  return (
    <section className="ps-group" aria-label={text.shareNow}>
      <h2>{text.shareNow}</h2>
      <p>{text.shareNote}</p>
      <p>
        {past === null
          ? text.shareOfNow
          : history === null
            ? text.shareOf(formatExact(past))
            : strings.history.shareOf(nameOf(history, false, past), formatExact(past))}
      </p>
      <Group align="flex-end" gap="md">
        <Select
          label={text.shareSpan}
          w={200}
          allowDeselect={false}
          value={span}
          onChange={(value) => value !== null && setSpan(value)}
          data={(Object.keys(SPANS) as Span[]).map((value) => ({ value, label: text.shareSpans[value] }))}
        />
        <Button
          loading={busy}
          leftSection={<IconShare2 size={16} aria-hidden />}
          onClick={() => {
            setBusy(true)
            void share(past ?? hostNow(), SPANS[span]).finally(() => setBusy(false))
          }}
        >
          {text.share}
        </Button>
      </Group>
    </section>
  )
}
