import { Loader } from '@mantine/core'
import type { ReactNode } from 'react'
import { strings } from '../ui/strings.ts'

/** Why there is nothing to show, and what can be done. */
export function Nothing({ title, help, children }: { title?: string; help: string; children?: ReactNode }) {
  return (
    <div className="ps-boot-nothing">
      {title === undefined ? null : <strong>{title}</strong>}
      <span>{help}</span>
      {children}
    </div>
  )
}

/** Something is on its way. */
export function Loading({ text = strings.bootstrap.loading }: { readonly text?: string }) {
  return (
    <div className="ps-boot-nothing" data-row>
      <Loader size={14} aria-hidden /> <span>{text}</span>
    </div>
  )
}
