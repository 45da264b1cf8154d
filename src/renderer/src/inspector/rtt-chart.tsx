/* oxlint-disable jsx-a11y/prefer-tag-over-role -- the canvas is the picture: an img cannot be drawn on */
import { useMemo } from 'react'
import { useCanvas } from '../ui/canvas.ts'
import { formatRtt } from '../ui/format.ts'
import { strings } from '../ui/strings.ts'
import { useScheme } from '../ui/use-scheme.ts'

interface Sample {
  readonly at: number
  readonly ms: number
}

/** Round-trip times over time, newest at the right. */
export function RttChart({ samples }: { readonly samples: readonly Sample[] }) {
  const scheme = useScheme()
  const highest = samples.reduce((most, { ms }) => Math.max(most, ms), 0)
  const draw = useMemo(() => {
    const [line, fill] = scheme === 'dark' ? ['#6aa9ff', '#6aa9ff2b'] : ['#1d5fc4', '#1d5fc422']
    return (context: CanvasRenderingContext2D, width: number, height: number): void => {
      const first = samples[0]?.at ?? 0
      const span = Math.max(1, (samples.at(-1)?.at ?? 0) - first)
      context.clearRect(0, 0, width, height)
      context.beginPath()
      for (const { at, ms } of samples) {
        context.lineTo(1 + ((at - first) / span) * (width - 2), height - 2 - (ms / (highest * 1.1)) * (height - 4))
      }
      context.lineWidth = 1.5
      context.strokeStyle = line ?? ''
      context.stroke()
      context.lineTo(width - 1, height)
      context.lineTo(1, height)
      context.fillStyle = fill ?? ''
      context.fill()
    }
  }, [samples, scheme, highest])
  const label = `${strings.inspector.rtt}: ${formatRtt(samples.at(-1)?.ms ?? 0)}, max ${formatRtt(highest)}`
  return <canvas ref={useCanvas(draw)} className="ps-rtt" role="img" aria-label={label} title={label} />
}
