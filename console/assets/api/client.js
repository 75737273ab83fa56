/** What the server refused, in its own words. */
export class ApiError extends Error {
  constructor({ error, message, details }, status) {
    super(message)
    this.code = error
    this.details = details
    this.status = status
  }
}

const unreachable = {
  error: 'unreachable',
  message: 'The server cannot be reached. Check the connection and try again.',
}

// Lives as long as the page, and nowhere else: what outlives it is the refresh cookie, which no script can read.
let accessToken = null
let refreshing = null
let whenEnded = () => undefined
let whenProofNeeded = async () => false

export function remember(token) {
  accessToken = token
}

/** Called when a session that was in use has ended. */
export function onSessionEnd(listener) {
  whenEnded = listener
}

/** Called when the server wants a fresh proof of who calls; resolves with whether it was given. */
export function onProofNeeded(asker) {
  whenProofNeeded = asker
}

/**
 * One call of the API. `token` stands in for the access token while there is none.
 * @throws ApiError
 */
export async function call(method, path, { body, token } = {}) {
  const again = () => send(method, path, { body, token: token ?? accessToken })
  const first = await again()
  if (token !== undefined || first.status !== 401 || accessToken === null) return dataOf(first)
  if (first.answer.error === 'token_expired' && (await refresh())) {
    return proven(await again(), again)
  }
  if (['token_expired', 'session_revoked', 'unauthenticated'].includes(first.answer.error)) {
    remember(null)
    whenEnded()
  }
  return proven(first, again)
}

/** Where a fresh proof is wanted and given, the same call is made again. */
async function proven(first, again) {
  const wanted = first.status === 401 && first.answer.error === 'step_up_required'
  return dataOf(wanted && (await whenProofNeeded()) ? await again() : first)
}

/** Exchanges the cookie for a new access token; several callers share one exchange. @returns whether there is a session */
export function refresh() {
  refreshing ??= exchange().finally(() => {
    refreshing = null
  })
  return refreshing
}

async function exchange() {
  const { status, answer } = await send('POST', '/api/auth/refresh?transport=cookie', { body: {} })
  if (status === 401) return false
  remember(dataOf({ status, answer }).accessToken)
  return true
}

async function send(method, path, { body, token }) {
  const headers = {
    accept: 'application/json',
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token && { authorization: `Bearer ${token}` }),
  }
  try {
    const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
    return { status: response.status, answer: await response.json() }
  } catch {
    throw new ApiError(unreachable, 0)
  }
}

function dataOf({ status, answer }) {
  if (answer.success) return answer.data
  throw new ApiError(answer, status)
}

/** A query string of what is there. */
export function query(parameters) {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
