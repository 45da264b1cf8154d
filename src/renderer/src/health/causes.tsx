import { IconArrowRight } from '@tabler/icons-react'
import type { Cause, Confidence } from '../../../shared/why.ts'
import { useApp, useForms } from '../stores/app-context.tsx'
import { sentence } from '../ui/errors.ts'
import { Chip } from '../ui/pieces.tsx'
import type { Tone } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { evidenceOf, openEvidence } from './open-evidence.ts'

const TONES: Readonly<Record<Confidence, Tone>> = { certain: 'good', likely: 'info', possible: 'mute' }

/** Whether causes tell more than the sentence, which has the best one: there are others, or it leads to what it is told from. */
export function tellMore(causes: readonly Cause[]): boolean {
  const [best] = causes
  return causes.length > 1 || (best !== undefined && evidenceOf(best) !== null)
}

/** What may be the cause, the most probable first; each opens what it is told from. */
export function Causes({ causes }: { readonly causes: readonly Cause[] }) {
  const text = strings.health.why
  if (!tellMore(causes)) return null
  return (
    <ol className="ps-causes" aria-label={text.causes}>
      {causes.map((cause) => (
        <li key={cause.kind} data-cause={cause.kind}>
          <Chip tone={TONES[cause.confidence]} title={text.confidenceMeaning[cause.confidence]}>
            {text.confidence[cause.confidence]}
          </Chip>
          <Words cause={cause} />
        </li>
      ))}
    </ol>
  )
}

function Words({ cause }: { readonly cause: Cause }) {
  const app = useApp()
  const { said } = useForms()
  const where = evidenceOf(cause)
  const words = sentence(said(cause.words))
  if (where === null) return <span>{words}</span>
  return (
    <button type="button" className="ps-link" title={strings.health.why.opens} onClick={() => openEvidence(app, where)}>
      {words} <IconArrowRight size={13} aria-hidden />
    </button>
  )
}
