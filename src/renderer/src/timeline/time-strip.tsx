import { ActionIcon, Tooltip } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { useState } from 'react'
import { isBoolean, recall, remember } from '../ui/storage.ts'
import { strings } from '../ui/strings.ts'
import { Conditions } from './conditions.tsx'
import { TimeAxis } from './time-axis.tsx'

/** The time axis below a view that has no timeline: the same range, bars and slider as everywhere. */
export function TimeStrip() {
  const [open, setOpen] = useState(() => recall('time-strip', isBoolean) ?? true)
  const text = strings.timeline
  return (
    <section className="ps-time-strip" aria-label={text.strip}>
      <div className="ps-strip-conditions">
        <Conditions kinds />
      </div>
      <TimeAxis size="strip" bars={open} />
      <Tooltip label={text.stripToggle} openDelay={400}>
        <ActionIcon
          className="ps-strip-toggle"
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={text.stripToggle}
          aria-expanded={open}
          onClick={() => {
            setOpen(!open)
            remember('time-strip', !open)
          }}
        >
          {open ? <IconChevronDown size={16} /> : <IconChevronUp size={16} />}
        </ActionIcon>
      </Tooltip>
    </section>
  )
}
