/** One rule for all hosts: how often a run is asked to end, and what each request means. */

/** Repeats within this time are one request, milliseconds: a terminal and npm both pass on one Ctrl-C. */
export const SAME_REQUEST_MS = 2000

/** The signals that ask for the end. */
export const END_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGHUP'] as const

/** What a shell says of a program that Ctrl-C ended. */
export const EXIT_AT_ONCE = 130

/** Who asks: the keyboard (SIGINT, SIGQUIT), the system (SIGTERM, SIGHUP), or the launcher, which asked or is gone. */
export type EndRequest = (typeof END_SIGNALS)[number] | 'launcher'

/** What a request means: begin the graceful end, nothing more than is under way already, or end at once. */
export type EndAnswer = 'begin' | 'same' | 'now'

/** Tells a repeated request from a deliberate second one. */
export class EndRequests {
  readonly #now: () => number
  #first: number | null = null

  /** @param now milliseconds on a clock that is never set back */
  constructor(now: () => number) {
    this.#now = now
  }

  /**
   * The first request begins the end. Only a later Ctrl-C or Ctrl-\ cuts it short: a system that logs out sends SIGHUP and
   * then SIGTERM, and kills by SIGKILL when it is out of patience.
   */
  ask(request: EndRequest): EndAnswer {
    const now = this.#now()
    if (this.#first === null) {
      this.#first = now
      return 'begin'
    }
    const fromKeyboard = request === 'SIGINT' || request === 'SIGQUIT'
    return fromKeyboard && now - this.#first >= SAME_REQUEST_MS ? 'now' : 'same'
  }
}

/**
 * Takes requests by that rule.
 * @param now milliseconds on a clock that is never set back
 * @param begin begins the graceful end; called once
 * @param atOnce ends at once, with {@link EXIT_AT_ONCE}
 */
export function takeEndRequests(
  now: () => number,
  begin: (request: EndRequest) => void,
  atOnce: () => void,
): (request: EndRequest) => void {
  const requests = new EndRequests(now)
  return (request) => {
    const answer = requests.ask(request)
    if (answer === 'begin') begin(request)
    else if (answer === 'now') atOnce()
  }
}
