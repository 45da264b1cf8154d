import { useMemo } from 'react'
import type { PeerDetail } from '../../../shared/contract.ts'
import { formatBytes, roughDuration } from '../ui/format.ts'
import { Chip, Copy, CopyLine } from '../ui/pieces.tsx'
import { strings } from '../ui/strings.ts'
import { useShownNow } from '../ui/time.tsx'
import { bytesOfHex, decodeJwt, readableText } from './jwt.ts'
import type { Jwt } from './jwt.ts'
import { NamedId } from './names.tsx'
import { Section } from './section.tsx'

type Ticket = PeerDetail['tickets'][number]

/** The tickets, each with what its data can be read as. */
export function Tickets({ detail, count }: { readonly detail: PeerDetail | null; readonly count: number }) {
  if (count === 0) return null
  return (
    <Section id="tickets" title={strings.inspector.tickets} end={<span className="ps-number">{count}</span>}>
      {(detail?.tickets ?? []).map((ticket) => (
        <TicketCard key={ticket.id} ticket={ticket} />
      ))}
    </Section>
  )
}

function TicketCard({ ticket }: { readonly ticket: Ticket }) {
  const text = strings.inspector
  const { jwt, readable } = useMemo(() => {
    const bytes = bytesOfHex(ticket.dataHex)
    return { jwt: decodeJwt(bytes), readable: readableText(bytes) }
  }, [ticket.dataHex])
  return (
    <details className="ps-ticket">
      <summary>
        <span className="ps-mono ps-clip" title={ticket.id}>
          {ticket.id.slice(0, 16)}…
        </span>
        {jwt === null ? null : <Expiry jwt={jwt} />}
        <span className="ps-number">{formatBytes(ticket.bytes)}</span>
      </summary>
      <CopyLine text={ticket.id} what={strings.things.id} />
      <div className="ps-number">{text.ticketClass}</div>
      <NamedId id={ticket.class} what={strings.things.class} />
      {jwt === null ? (
        <Data title={readable === null ? text.ticketHex : text.ticketText} text={readable ?? ticket.dataHex} />
      ) : (
        <>
          <div>
            <strong>{text.ticketJwt}</strong> <span className="ps-number">{text.ticketUnchecked}</span>
          </div>
          <Data title={text.ticketHeader} text={jwt.header} />
          <Data title={text.ticketClaims} text={jwt.claims} />
        </>
      )}
    </details>
  )
}

function Expiry({ jwt }: { readonly jwt: Jwt }) {
  const text = strings.inspector
  const now = useShownNow(1000)
  const { expiresAt, notBefore } = jwt
  if (notBefore !== null && notBefore > now) {
    return <Chip tone="warn">{text.startsIn(roughDuration(notBefore - now))}</Chip>
  }
  if (expiresAt === null) return <Chip tone="mute">{text.noExpiry}</Chip>
  if (expiresAt > now) return <Chip tone="good">{text.expiresIn(roughDuration(expiresAt - now))}</Chip>
  return <Chip tone="bad">{text.expired(roughDuration(now - expiresAt))}</Chip>
}

/** A text in a box, with a copy button. */
export function Data({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <>
      <span className="ps-copyline">
        <span className="ps-number">{title}</span>
        <Copy text={text} what={title.toLowerCase()} />
      </span>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- so that it can be scrolled by keyboard */}
      <section className="ps-hex" tabIndex={0} aria-label={title}>
        {text}
      </section>
    </>
  )
}
