/* oxlint-disable jsx-a11y/prefer-tag-over-role -- a separator that moves takes focus and keys, which hr does not */
import { useState } from 'react'
import type { KeyboardEvent, PointerEvent } from 'react'
import { isNumber, recall, remember } from './storage.ts'

/** A panel's size in pixels, remembered under `name`. */
export interface PanelSize {
  readonly size: number
  readonly set: (size: number) => void
  readonly min: number
  readonly max: number
}

/** A remembered size between `min` and `max`, `initial` at first. */
export function usePanelSize(name: string, initial: number, min: number, max: number): PanelSize {
  const [size, setSize] = useState(() => clamp(recall(`panel.${name}`, isNumber) ?? initial, min, max))
  return {
    size,
    min,
    max,
    set: (next) => {
      const clamped = clamp(Math.round(next), min, max)
      setSize(clamped)
      remember(`panel.${name}`, clamped)
    },
  }
}

const KEY_STEP = 16

/** The line before a panel at the right (`vertical`) or at the bottom (`horizontal`): drag it, or use the arrow keys. */
export function ResizeHandle(props: {
  readonly panel: PanelSize
  readonly orientation: 'vertical' | 'horizontal'
  readonly label: string
}) {
  const { panel, orientation } = props
  const [drag, setDrag] = useState<{ readonly at: number; readonly size: number } | null>(null)
  const position = (event: PointerEvent): number => (orientation === 'vertical' ? event.clientX : event.clientY)
  const grow = orientation === 'vertical' ? 'ArrowLeft' : 'ArrowUp'
  const shrink = orientation === 'vertical' ? 'ArrowRight' : 'ArrowDown'
  return (
    <div
      className="ps-handle"
      role="separator"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a separator that can be moved is a widget
      tabIndex={0}
      aria-orientation={orientation}
      aria-label={props.label}
      aria-valuenow={panel.size}
      aria-valuemin={panel.min}
      aria-valuemax={panel.max}
      data-dragging={drag === null ? undefined : true}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
        setDrag({ at: position(event), size: panel.size })
      }}
      onPointerMove={(event) => {
        if (drag !== null) panel.set(drag.size + drag.at - position(event))
      }}
      onPointerUp={() => setDrag(null)}
      onPointerCancel={() => setDrag(null)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key !== grow && event.key !== shrink) return
        event.preventDefault()
        panel.set(panel.size + (event.key === grow ? KEY_STEP : -KEY_STEP))
      }}
    />
  )
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value))
}
