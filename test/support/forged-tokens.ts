import { createHmac, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { CompactEncrypt, CompactSign, FlattenedSign, GeneralSign, SignJWT } from 'jose'
import { createTokenSigner } from '../../src/credentials/access-token.ts'
import { jwks } from '../../src/credentials/signing-key.ts'
import type { SigningKey } from '../../src/credentials/signing-key.ts'

export type Corpus = Record<string, () => string | Promise<string>>

interface Ground {
  /** What the server signs with now, what it signed with once, and what it never knew. */
  readonly key: SigningKey
  readonly retired: SigningKey
  readonly stranger: SigningKey
  readonly parties: { readonly issuer: string; readonly audience: string }
  readonly subject: { readonly sub: string; readonly sid: string }
  readonly now: Date
}

const base64url = (content: string | Buffer) =>
  (typeof content === 'string' ? Buffer.from(content) : content).toString('base64url')
const json = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Tokens that must be refused, by what is wrong with them, and some made with the same tools that nothing is wrong with. */
export function forgeTokens({ key, retired, stranger, parties, subject, now }: Ground): {
  genuine: Corpus
  forged: Record<string, Corpus>
} {
  const iat = Math.floor(now.getTime() / 1000)
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid: key.kid }
  const claims = { iss: parties.issuer, aud: parties.audience, ...subject, iat, exp: iat + 900, jti: subject.sid }

  /** Signs whatever it is told to, with our own key unless another is named: only the strangeness itself is left to refuse. */
  function forge({ head = header as unknown, body = claims as unknown, by = key }): string {
    const input = `${base64url(json(head))}.${base64url(json(body))}`
    return `${input}.${sign(null, Buffer.from(input), by.privateKey).toString('base64url')}`
  }

  const genuine = createTokenSigner({ ...parties, keys: [key], ttlSeconds: 900 }).sign(subject, now).token
  const [genuineHeader = '', genuinePayload = '', genuineSignature = ''] = genuine.split('.')
  const signature = Buffer.from(genuineSignature, 'base64url')
  const withSignature = (bytes: Buffer) => `${genuineHeader}.${genuinePayload}.${base64url(bytes)}`
  const withHead = (extra: object, by = key) => forge({ head: { ...header, ...extra }, by })
  const withClaims = (extra: object) => forge({ body: { ...claims, ...extra } })
  const without = <T extends object>(from: T, name: keyof T) => ({ ...from, [name]: undefined })
  const claimsText = (from: string, to: string) => forge({ body: JSON.stringify(claims).replace(from, to) })

  const byJose = (
    head: { alg: string; [name: string]: unknown },
    signingKey: Parameters<SignJWT['sign']>[0] = key.privateKey,
  ) => new SignJWT(claims).setProtectedHeader(head).sign(signingKey)

  const hmacKeyedBy = (secret: Buffer | string, head: object) => {
    const input = `${base64url(json(head))}.${base64url(json(claims))}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const hs256 = { ...header, alg: 'HS256' }
  const publicJwk = jwks([key]).keys[0]

  function otherAlgorithms(): Corpus {
    const unsigned = (alg: string) => `${base64url(json({ ...header, alg }))}.${genuinePayload}.`
    return {
      none: () => unsigned('none'),
      None: () => unsigned('None'),
      nOnE: () => unsigned('nOnE'),
      'none under a signature of ours': () => withHead({ alg: 'none' }),
      'HS256 keyed by our public PEM': () => hmacKeyedBy(key.publicKey.export({ format: 'pem', type: 'spki' }), hs256),
      'HS256 keyed by our public DER': () => hmacKeyedBy(key.publicKey.export({ format: 'der', type: 'spki' }), hs256),
      'HS256 keyed by our public JWK': () => hmacKeyedBy(json(publicJwk), hs256),
      'HS256 keyed by our raw public point': () => hmacKeyedBy(Buffer.from(publicJwk?.x ?? '', 'base64url'), hs256),
      'HS256 keyed by nothing': () => hmacKeyedBy('', hs256),
      'an HMAC under our own header': () => hmacKeyedBy(key.publicKey.export({ format: 'pem', type: 'spki' }), header),
      'ES256 with r = s = 0': () =>
        `${base64url(json({ ...header, alg: 'ES256' }))}.${genuinePayload}.${'A'.repeat(86)}`,
      'ES256 of a stranger': () => byJose({ ...header, alg: 'ES256' }, ec.privateKey),
      'RS256 of a stranger': () => byJose({ ...header, alg: 'RS256' }, rsa.privateKey),
      'PS256 of a stranger': () => byJose({ ...header, alg: 'PS256' }, rsa.privateKey),
      'ES256 in name, our EdDSA in fact': () => withHead({ alg: 'ES256' }),
      'Ed25519, the other name of ours': () => byJose({ ...header, alg: 'Ed25519' }),
      'eddsa in small letters': () => withHead({ alg: 'eddsa' }),
      'an algorithm in a list': () => withHead({ alg: ['EdDSA'] }),
      'no algorithm': () => forge({ head: without(header, 'alg') }),
    }
  }

  function otherSignatures(): Corpus {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const littleEndian = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
    const malleated = () => {
      const s = littleEndian(signature.subarray(32)) + order
      return Buffer.concat([signature.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, '0'), 'hex').reverse()])
    }
    return {
      empty: () => withSignature(Buffer.alloc(0)),
      'all zero': () => withSignature(Buffer.alloc(64)),
      'a byte short': () => withSignature(signature.subarray(0, 63)),
      'a byte long': () => withSignature(Buffer.concat([signature, Buffer.alloc(1)])),
      'twice over': () => withSignature(Buffer.concat([signature, signature])),
      'the same point with s + L': () => withSignature(malleated()),
      'the neutral point with s = 0': () => withSignature(Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
      'of a stranger under our key id': () => forge({ by: stranger }),
      'of another token of ours': () =>
        `${genuineHeader}.${genuinePayload}.${withClaims({ jti: subject.sub }).split('.')[2]}`,
      'of the payload alone': () => withSignature(sign(null, Buffer.from(genuinePayload), key.privateKey)),
      'of the decoded payload': () => withSignature(sign(null, Buffer.from(json(claims)), key.privateKey)),
      'with its spare bits set': () => `${genuine.slice(0, -1)}${nextLetter(genuine.slice(-1))}`,
    }
  }

  /** Signatures end in A, Q, g or w; the next letter spells the same bytes to a lenient reader. */
  const nextLetter = (letter: string) => String.fromCharCode(letter.charCodeAt(0) + 1)

  function otherForms(): Corpus {
    const encode = (content: unknown) => new TextEncoder().encode(json(content))
    const encrypted = (head: { alg: string; enc: string; [name: string]: unknown }, plain: Uint8Array) =>
      new CompactEncrypt(plain).setProtectedHeader(head).encrypt(randomBytes(32))
    return {
      nothing: () => '',
      'two dots alone': () => '..',
      'one part': () => genuineHeader,
      'no signature part': () => `${genuineHeader}.${genuinePayload}`,
      'a signature part without a signature': () => `${genuineHeader}.${genuinePayload}.`,
      'a fourth part': () => `${genuine}.${genuineSignature}`,
      'a dot behind': () => `${genuine}.`,
      'a dot before': () => `.${genuine}`,
      'five parts': () => `${genuine}..`,
      'a scheme before': () => `Bearer ${genuine}`,
      'a space before': () => ` ${genuine}`,
      'a space behind': () => `${genuine} `,
      'a line end behind': () => `${genuine}\n`,
      'a line end within': () => genuine.replace('.', '\r\n.'),
      'a NUL behind': () => `${genuine}\0`,
      'two tokens': () => `${genuine},${genuine}`,
      'padding behind the signature': () => `${genuine}==`,
      'padding behind the payload, signed': () => signedInput(`${genuineHeader}.${genuinePayload}=`),
      'white space in the payload, signed': () =>
        signedInput(`${genuineHeader}.${genuinePayload.slice(0, 8)} ${genuinePayload.slice(8)}`),
      'the alphabet of plain base64': () =>
        signedInput(`${genuineHeader}.${Buffer.from(json({ ...claims, x: '~~~???~~~???' })).toString('base64')}`),
      'letters from elsewhere': () => `${genuine.slice(0, -1)}é`,
      'no payload, signed': () => signedInput(`${genuineHeader}.`),
      'more than 4 KiB, signed': () => withClaims({ padding: 'x'.repeat(3000) }),
      'more than 8 KiB of nothing': () => 'A'.repeat(9000),
      'a megabyte of dots': () => '.'.repeat(1_048_576),
      'flattened JSON': async () =>
        JSON.stringify(await new FlattenedSign(encode(claims)).setProtectedHeader(header).sign(key.privateKey)),
      'general JSON': async () => {
        const general = new GeneralSign(encode(claims))
        general.addSignature(key.privateKey).setProtectedHeader(header)
        return JSON.stringify(await general.sign())
      },
      'an encrypted token': () =>
        encrypted({ alg: 'dir', enc: 'A256GCM', typ: 'at+jwt', kid: key.kid }, encode(claims)),
      'a token within an encrypted one': () => encrypted({ alg: 'dir', enc: 'A256GCM', cty: 'JWT' }, encode(genuine)),
      'a token within a token': () => new CompactSign(encode(genuine)).setProtectedHeader(header).sign(key.privateKey),
      'two billion rounds of PBES2': () =>
        `${base64url(json({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AAAAAAAAAAA' }))}.AA.AA.AA.AA`,
    }
  }

  function signedInput(input: string): string {
    return `${input}.${sign(null, Buffer.from(input), key.privateKey).toString('base64url')}`
  }

  function otherHeaders(): Corpus {
    const strangerJwk = jwks([stranger]).keys[0]
    return {
      'type missing': () => forge({ head: without(header, 'typ') }),
      'type JWT': () => withHead({ typ: 'JWT' }),
      'type of the step before sign-in': () => withHead({ typ: 'mfa+jwt' }),
      'type in capitals': () => withHead({ typ: 'AT+JWT' }),
      'type written in full': () => withHead({ typ: 'application/at+jwt' }),
      'key id missing': () => forge({ head: without(header, 'kid') }),
      'key id empty': () => withHead({ kid: '' }),
      'key id unknown': () => withHead({ kid: stranger.kid }, stranger),
      'key id retired': () => withHead({ kid: retired.kid }, retired),
      'key id a path': () => withHead({ kid: '../../../../dev/null' }),
      'key id SQL': () => withHead({ kid: "x' union select 'AA" }),
      'key id __proto__': () => withHead({ kid: '__proto__' }),
      'key id a number': () => withHead({ kid: 0 }),
      'key id in a list': () => withHead({ kid: [key.kid] }),
      'our key embedded': () => withHead({ jwk: publicJwk }),
      'a stranger’s key embedded and used': () => withHead({ jwk: strangerJwk, kid: strangerJwk?.kid }, stranger),
      'a stranger’s key embedded under our key id': () => withHead({ jwk: strangerJwk }, stranger),
      'a key set elsewhere (jku)': () => withHead({ jku: 'https://attacker.example/jwks.json' }),
      'a certificate elsewhere (x5u)': () => withHead({ x5u: 'file:///etc/passwd' }),
      'a certificate chain (x5c)': () => withHead({ x5c: ['MIIB'] }),
      'a certificate’s digest (x5t)': () => withHead({ x5t: 'AAAA' }),
      'a critical extension that nobody knows': () => withHead({ crit: ['exp2'], exp2: 1 }),
      'an empty list of critical extensions': () => withHead({ crit: [] }),
      'an unencoded payload (b64)': () => withHead({ b64: false, crit: ['b64'] }),
      'b64 without crit': () => withHead({ b64: false }),
      compression: () => withHead({ zip: 'DEF' }),
      'content type': () => withHead({ cty: 'JWT' }),
      'a nonce': () => withHead({ nonce: 'x' }),
      'algorithm twice': () => forge({ head: json(header).replace('{', '{"alg":"none",') }),
      'key id twice': () => forge({ head: json(header).replace('}', `,"kid":"${key.kid}"}`) }),
      'white space': () => forge({ head: JSON.stringify(header, null, 1) }),
      'a name in escapes': () => forge({ head: json(header).replace('"alg"', '"\\u0061lg"') }),
      'a byte order mark': () => forge({ head: `\uFEFF${json(header)}` }),
      'a list': () => forge({ head: [header] }),
      null: () => forge({ head: null }),
      'no JSON': () => forge({ head: 'at+jwt' }),
    }
  }

  function otherClaims(): Corpus {
    return {
      'exp missing': () => withClaims({ exp: undefined }),
      'exp null': () => withClaims({ exp: null }),
      'exp in a string': () => withClaims({ exp: `${iat + 900}` }),
      'exp negative': () => withClaims({ exp: -1 }),
      'exp zero': () => withClaims({ exp: 0 }),
      'exp 1e400': () => claimsText(`${iat + 900}`, '1e400'),
      'exp in exponents': () => claimsText(`${iat + 900}`, '1e12'),
      'exp of a fraction': () => withClaims({ exp: iat + 0.5 }),
      'exp beyond exact numbers': () => withClaims({ exp: 2 ** 53 }),
      'exp before iat': () => withClaims({ iat: iat + 4, exp: iat + 3 }),
      'exp at iat': () => withClaims({ iat: iat + 4, exp: iat + 4 }),
      'iat missing': () => withClaims({ iat: undefined }),
      'iat in a string': () => withClaims({ iat: `${iat}` }),
      'iat negative': () => withClaims({ iat: -1 }),
      'iat in six seconds': () => withClaims({ iat: iat + 6 }),
      'iat in six seconds, nbf now': () => withClaims({ iat: iat + 6, nbf: iat }),
      'iat in milliseconds': () => withClaims({ iat: now.getTime(), exp: now.getTime() + 900 }),
      'nbf in a minute': () => withClaims({ nbf: iat + 60 }),
      'nbf in a string': () => withClaims({ nbf: `${iat}` }),
      'nbf null': () => withClaims({ nbf: null }),
      'issuer missing': () => withClaims({ iss: undefined }),
      'issuer foreign': () => withClaims({ iss: 'https://attacker.example' }),
      'issuer with a slash behind': () => withClaims({ iss: `${parties.issuer}/` }),
      'issuer in capitals': () => withClaims({ iss: parties.issuer.toUpperCase() }),
      'issuer in a list': () => withClaims({ iss: [parties.issuer] }),
      'audience missing': () => withClaims({ aud: undefined }),
      'audience foreign': () => withClaims({ aud: 'another' }),
      'audience longer': () => withClaims({ aud: `${parties.audience}-admin` }),
      'audience in a list': () => withClaims({ aud: [parties.audience] }),
      'audience among others': () => withClaims({ aud: ['another', parties.audience] }),
      'subject missing': () => withClaims({ sub: undefined }),
      'subject empty': () => withClaims({ sub: '' }),
      'subject no UUID': () => withClaims({ sub: 'admin' }),
      'subject SQL': () => withClaims({ sub: `${subject.sub}' or true --` }),
      'subject with a line end': () => withClaims({ sub: `${subject.sub}\n` }),
      'subject a number': () => withClaims({ sub: 1 }),
      'session missing': () => withClaims({ sid: undefined }),
      'session no UUID': () => withClaims({ sid: '*' }),
      'session in a list': () => withClaims({ sid: [subject.sid] }),
      'token id missing': () => withClaims({ jti: undefined }),
      'subject twice': () => claimsText('{', `{"sub":"${subject.sid}",`),
      'subject twice, alike': () => claimsText('{', `{"sub":"${subject.sub}",`),
      'exp twice': () => claimsText('}', `,"exp":${iat + 9000}}`),
      'a member twice that nobody asked for': () => claimsText('}', ',"x":1,"x":2}'),
      'subject under an escaped name besides': () => claimsText('}', `,"s\\u0075b":"${subject.sid}"}`),
      'claims handed down by __proto__': () => forge({ body: `{"__proto__":${json(claims)}}` }),
      'claims in a list': () => forge({ body: [claims] }),
      'claims null': () => forge({ body: null }),
      'claims in a string': () => forge({ body: JSON.stringify(json(claims)) }),
      'no JSON': () => forge({ body: 'sub=admin' }),
      'JSON and more': () => forge({ body: `${json(claims)}{}` }),
      'white space': () => forge({ body: JSON.stringify(claims, null, 1) }),
      'a byte order mark': () => forge({ body: `\uFEFF${json(claims)}` }),
    }
  }

  const genuineOnes: Corpus = {
    'as the server makes it': () => genuine,
    'as the forger makes it': () => forge({}),
    'as an independent library makes it': () => byJose(header),
    'with its header written anew': () => withHead({}),
    'with its start in its claims': () => withClaims({ nbf: iat }),
    'with its signature written anew': () => withSignature(signature),
  }
  return {
    genuine: genuineOnes,
    forged: {
      'another algorithm is refused': otherAlgorithms(),
      'another signature is refused': otherSignatures(),
      'another form is refused': otherForms(),
      'another header is refused, though signed': otherHeaders(),
      'another claim is refused, though signed': otherClaims(),
    },
  }
}
