import { ActionIcon, Button } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconInfoCircle, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { letGoUnread, saidStore, unsay } from '../stores/said-store.ts'
import type { Said } from '../stores/said-store.ts'
import { strings } from '../ui/strings.ts'
import { useStripLines } from '../ui/strip-lines.ts'

/** How often old messages are removed, milliseconds. */
const LOOK_MS = 500

const ICONS = { done: IconCheck, plain: IconInfoCircle, bad: IconAlertTriangle } as const

/** What the window says in passing: a strip at its end, which lies over nothing but dialogs. */
export function SaidStrip() {
  const said = useStore(saidStore, (state) => state.said)
  const [all, setAll] = useState(false)
  const strip = useRef<HTMLElement>(null)
  const some = said.length > 0
  useEffect(() => {
    if (!some) return undefined
    const timer = setInterval(() => letGoUnread(strip.current, performance.now()), LOOK_MS)
    return () => clearInterval(timer)
  }, [some])
  const lines = useStripLines()
  const more = said.length - lines
  const open = all && more > 0
  return (
    <section ref={strip} className="ps-said-strip" aria-label={strings.said.label} data-empty={!some}>
      <div className="ps-said-lines" data-open={open ? '' : undefined}>
        {said.slice(0, open ? said.length : lines).map((one) => (
          <Line key={one.key} said={one} />
        ))}
      </div>
      {more > 0 ? (
        <Button size="compact-xs" variant="subtle" color="gray" aria-expanded={open} onClick={() => setAll(!open)}>
          {open ? strings.said.fewer : strings.said.more(more)}
        </Button>
      ) : null}
    </section>
  )
}

function Line({ said: { id, tone, title, message, times } }: { readonly said: Said }) {
  const Icon = ICONS[tone]
  return (
    <div className="ps-said-line" data-said={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon size={15} aria-hidden />
      <div className="ps-said">
        {title === '' ? null : <strong>{title}</strong>}
        {message}
        {times > 1 ? <span className="ps-number"> {strings.said.times(times)}</span> : null}
      </div>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={strings.said.hide} onClick={() => unsay(id)}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  )
}
