import { onProofNeeded, onSessionEnd } from './api/client.js'
import { readProfile } from './api/access.js'
import { isBootstrapRequired, restore, signIn, signOut } from './api/session.js'
import { bootstrapPage } from './pages/bootstrap.js'
import { enrolmentPage } from './pages/enrolment.js'
import { invitationPage } from './pages/invitation.js'
import { forgottenPage, newPasswordPage } from './pages/new-password.js'
import { askForProof } from './pages/proof-dialog.js'
import { secondFactorPage } from './pages/second-factor.js'
import { shell } from './pages/shell.js'
import { signInPage } from './pages/sign-in.js'
import { button, focusOn } from './ui/element.js'
import { outside } from './ui/frames.js'
import { notice } from './ui/notice.js'

const place = document.getElementById('app')
let go = async () => undefined

function show(page) {
  place.replaceChildren(page)
  document.querySelectorAll('dialog').forEach((dialog) => dialog.close())
  const heading = page.querySelector('h1')
  if (!heading) return
  document.title = `${heading.textContent} · Castellan`
  const first = page.querySelector('.outside-card input:not([hidden], [readonly])')
  if (first) first.focus()
  else focusOn(heading)
}

/** What is broken on the way to a page is said in its place, with a way to try again. */
async function attempt(step) {
  try {
    await step()
  } catch (error) {
    const retry = button('Try again', () => attempt(step), { class: 'primary' })
    show(outside({ title: 'This did not work', lead: error.message, content: retry }))
  }
}

async function begin() {
  const token = /^\/invitations\/([^/]+)\/?$/.exec(location.pathname)?.[1]
  if (token) return show(await invitationPage({ token: decodeURIComponent(token), arrive }))
  const reset = /^\/password-reset\/([^/]+)\/?$/.exec(location.pathname)?.[1]
  if (reset) return show(newPasswordPage({ token: decodeURIComponent(reset), startOver: leaveLink }))
  if (await isBootstrapRequired()) return show(bootstrapPage({ arrive }))
  if (await restore()) return enter()
  askToSignIn()
}

function askToSignIn(lead) {
  go = async () => undefined
  const forgotten = () => show(forgottenPage({ startOver: askToSignIn }))
  show(signInPage({ proceed, lead, forgotten }))
}

/** The secret of a link leaves the address with its page. */
function leaveLink(lead) {
  history.replaceState(null, '', '/')
  askToSignIn(lead)
}

/** What an answer of the way in asks for next. */
async function proceed(answer) {
  const { mfaRequired, challengeToken, methods, mfaEnrollmentRequired, enrollmentToken: token } = answer
  if (mfaRequired) return show(secondFactorPage({ challengeToken, methods, proceed, startOver: askToSignIn }))
  if (mfaEnrollmentRequired) return show(await enrolmentPage({ token, proceed, startOver: askToSignIn }))
  return attempt(enter)
}

/** Signs in with an account that has just been made. The secret of an invitation leaves the address first. */
async function arrive(credentials) {
  history.replaceState(null, '', '/')
  try {
    await proceed(await signIn(credentials))
  } catch {
    askToSignIn('Your account is ready. Sign in with it.')
  }
}

async function enter() {
  const profile = await readProfile()
  onProofNeeded(() => askForProof(profile))
  const signedIn = shell({ profile, enrol: () => attempt(enrol), leave })
  go = signedIn.go
  show(signedIn.frame)
  await signedIn.go()
}

const enrol = async () => show(await enrolmentPage({ proceed: enter, cancel: () => attempt(enter) }))

async function leave() {
  try {
    await signOut()
  } catch (error) {
    return notice(error.message)
  }
  history.replaceState(null, '', '/')
  askToSignIn('You are signed out.')
}

onSessionEnd(() => askToSignIn('Your session has ended. Sign in again.'))
addEventListener('hashchange', () => void go())
void attempt(begin)
