import { IconArrowRight } from '@tabler/icons-react'
import type { Cause, Confidence, NetworkWhy } from '../../../shared/why.ts'
import { useApp, useForms } from '../stores/app-context.tsx'
import { sentence } from '../ui/errors.ts'
import { Chip } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { evidenceOf, openEvidence, showEvidence } from './open-evidence.ts'
import { useAging } from './use-aging.ts'

const TONES: Readonly<Record<Confidence, Tone>> = { certain: 'good', likely: 'info', possible: 'mute' }

/** Whether causes tell more than the sentence, which has the best one: there are others, or it leads to what it is told from. */
export function tellMore(causes: readonly Cause[]): boolean {
  const [best] = causes
  return causes.length > 1 || (best !== undefined && evidenceOf(best) !== null)
}

interface CausesProps {
  readonly why: Pick<NetworkWhy, 'at' | 'causes'>
  /** Whether the answer is of now. */
  readonly live: boolean
  /** What it is asked of: beside the evidence the inspector of a peer that is asked of stays. */
  readonly of: 'peer' | 'network'
}

/** What may be the cause, the most probable first; each opens what it is told from. Ages in them count on. */
export function Causes({ why, live, of }: CausesProps) {
  const { causes } = why
  const text = strings.health.why
  const { said } = useForms()
  const aging = useAging(why, live)
  if (!tellMore(causes)) return null
  return (
    <ol className="ps-causes" aria-label={text.causes}>
      {causes.map((cause) => (
        <li key={cause.kind} data-cause={cause.kind}>
          <Chip tone={TONES[cause.confidence]} title={text.confidenceMeaning[cause.confidence]}>
            {text.confidence[cause.confidence]}
          </Chip>
          <Words cause={cause} words={sentence(said(aging(cause.words, [cause.since])))} of={of} />
        </li>
      ))}
    </ol>
  )
}

function Words(props: Pick<CausesProps, 'of'> & { readonly cause: Cause; readonly words: string }) {
  const { cause, words, of } = props
  const app = useApp()
  const where = evidenceOf(cause)
  if (where === null) return <span>{words}</span>
  const open = of === 'peer' ? openEvidence : showEvidence
  return (
    <button type="button" className="ps-link" title={strings.health.why.opens} onClick={() => open(app, where)}>
      {words} <IconArrowRight size={13} aria-hidden />
    </button>
  )
}
