import type { Field } from '../src/pages/open/find-fields.ts'

/** What is expected of a field; its place follows from the text. */
export type Expected = Pick<Field, 'kind' | 'label' | 'value' | 'isSecret'>

const plain = (label: string, value: string): Expected => ({ kind: 'labelled', label, value, isSecret: false })
const secret = (label: string, value: string): Expected => ({ kind: 'labelled', label, value, isSecret: true })
const url = (value: string, label = '', isSecret = false): Expected => ({ kind: 'url', label, value, isSecret })
const otp = (value: string, label = ''): Expected => ({ kind: 'otp', label, value, isSecret: true })
const pem = (label: string, value: string, isSecret = true): Expected => ({ kind: 'pem', label, value, isSecret })

export const PRIVATE_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDu0vJxT4eYlG3y8j1S6kJm0D3lQmM7vZ0Q9R8wqz8Nxg==
-----END OPENSSH PRIVATE KEY-----`
const RSA_KEY = `-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-128-CBC,0123456789ABCDEF

MIIEpAIBAAKCAQEA+key=abc/user:zzz==
-----END RSA PRIVATE KEY-----`
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\r\nMIIBszCCAVmgAwIBAgIUQ==\r\n-----END CERTIFICATE-----'
const OTP = 'otpauth://totp/ACME:anna@example.org?secret=JBSWY3DPEHPK3PXP&issuer=ACME'

/** Texts with what is in them to be copied. */
export const FOUND: readonly (readonly [text: string, ...fields: Expected[]])[] = [
  // Labels, and what stands behind them.
  ['user: anna', plain('user', 'anna')],
  ['Password = x y  z', secret('Password', 'x y  z')],
  ['Password:\t correct horse \t', secret('Password', 'correct horse')],
  ['pass word: x\n', secret('pass word', 'x')],
  ['PIN: 0042', secret('PIN', '0042')],
  ['pin:0042', secret('pin', '0042')],
  ['Password: "quoted", with: signs', secret('Password', '"quoted", with: signs')],
  ['Password: abc;', secret('Password', 'abc;')],
  ['Password: a:b=c', secret('Password', 'a:b=c')],
  ['Password: dGVzdA==', secret('Password', 'dGVzdA==')],
  ['Benutzer : anna\nKennwort\u00A0:\u00A0x{}', plain('Benutzer', 'anna'), secret('Kennwort', 'x{}')],
  ['Kundennummer: 12-345', plain('Kundennummer', '12-345')],
  ['network: Lighthouse 5G\ncode: x', plain('network', 'Lighthouse 5G'), secret('code', 'x')],
  ['Tür: Hinten links\nPIN: 12', plain('Tür', 'Hinten links'), secret('PIN', '12')],
  ['Path: C:\\keys\\anna', plain('Path', 'C:\\keys\\anna')],
  ['Schlüsselkasten (Keller): 4711', plain('Schlüsselkasten (Keller)', '4711')],
  ['- user: anna\n- password: x', plain('user', 'anna'), secret('password', 'x')],
  ['1. user: anna\r\n2) password: x\r\n', plain('user', 'anna'), secret('password', 'x')],
  ['\u200F• كلمة السر: س٣ر', secret('كلمة السر', 'س٣ر')],
  ['Hi Anna,\n\nthe password is: Xy7-kk\n\nBest: Tom', secret('the password is', 'Xy7-kk')],
  ['email: anna@example.org\nzoomPassword: x', plain('email', 'anna@example.org'), secret('zoomPassword', 'x')],
  ['密码：abc123', secret('密码', 'abc123')],
  ['邮箱密码：一二三', secret('邮箱密码', '一二三')],
  ['ｐｉｎ：１２３４', secret('ｐｉｎ', '１２３４')],
  // Several on one line.
  ['user: anna password: geheim', plain('user', 'anna'), secret('password', 'geheim')],
  ['user: Anna Miller, password: a b c', plain('user', 'Anna Miller'), secret('password', 'a b c')],
  ['Login: anna / Passwort: x / PIN: 12', plain('Login', 'anna'), secret('Passwort', 'x'), secret('PIN', '12')],
  ['user:anna,password:x1', plain('user', 'anna'), secret('password', 'x1')],
  ['Password: ab;key=Z9,pin:1', secret('Password', 'ab;key=Z9,pin:1')],
  ['user: anna | pass: x', plain('user', 'anna'), secret('pass', 'x')],
  ['user: anna and password: x1', plain('user', 'anna'), secret('password', 'x1')],
  ['user=anna password="a b"', plain('user', 'anna'), secret('password', 'a b')],
  ['user:anna pass:x1', plain('user', 'anna'), secret('pass', 'x1')],
  ['WLAN: Heim Passwort: abc', plain('WLAN', 'Heim'), secret('Passwort', 'abc')],
  ['用户名：anna，密码：geheim', plain('用户名', 'anna'), secret('密码', 'geheim')],
  ['Log in with the user: anna and the password: x1-y', secret('password', 'x1-y')],
  [`用户名：${'安娜'.repeat(30)}，密码：x`, plain('用户名', '安娜'.repeat(30)), secret('密码', 'x')],
  ['Konto: anna\tPIN\u00A0Code: 12', plain('Konto', 'anna'), secret('PIN\u00A0Code', '12')],
  // Settings.
  ['KEY=value\nOTHER=2', secret('KEY', 'value'), plain('OTHER', '2')],
  ['export API_TOKEN="va lue"', secret('API_TOKEN', 'va lue')],
  ["export plain=' x '", plain('plain', ' x ')],
  ['DB_HOST=localhost\nDB_PASS=a"b;\n# no setting\n', plain('DB_HOST', 'localhost'), secret('DB_PASS', 'a"b;')],
  ['MAIL_PASSWORD="a\\"b"', secret('MAIL_PASSWORD', '"a\\"b"')],
  ['DATABASE_URL=postgres://u:p@h/db?x=1&y=2', secret('DATABASE_URL', 'postgres://u:p@h/db?x=1&y=2')],
  ['APP_DSN=host=db user=app password=x', plain('APP_DSN', 'host=db user=app password=x')],
  [
    '[default]\naws_access_key_id = AKIA12\naws_secret_access_key = a/b+1=',
    secret('aws_access_key_id', 'AKIA12'),
    secret('aws_secret_access_key', 'a/b+1='),
  ],
  ['db:\n  host: localhost\n  port: 5432\n  password: a b', plain('host', 'localhost'), plain('port', '5432'), secret('password', 'a b')],
  // PEM.
  [PRIVATE_KEY, pem('OPENSSH PRIVATE KEY', PRIVATE_KEY)],
  [`the key:\n\n${PRIVATE_KEY}\n\nuser: git`, pem('OPENSSH PRIVATE KEY', PRIVATE_KEY), plain('user', 'git')],
  [`${RSA_KEY}\n${CERTIFICATE}`, pem('RSA PRIVATE KEY', RSA_KEY), pem('CERTIFICATE', CERTIFICATE, false)],
  [`TLS_KEY="${PRIVATE_KEY}"\nTLS_PORT=443`, pem('OPENSSH PRIVATE KEY', PRIVATE_KEY), plain('TLS_PORT', '443')],
  [`-----BEGIN CERTIFICATE-----\nuser\n${PRIVATE_KEY}`, pem('OPENSSH PRIVATE KEY', PRIVATE_KEY)],
  [
    'A_KEY=-----BEGIN EC KEY-----\\nMIIB\\n-----END EC KEY-----',
    pem('EC KEY', '-----BEGIN EC KEY-----\\nMIIB\\n-----END EC KEY-----', false),
  ],
  // Authenticator apps.
  [OTP, otp(OTP)],
  [`Scan or type this: ${OTP}`, otp(OTP, 'Scan or type this')],
  [`Or scan ${OTP}.`, otp(OTP)],
  [`2FA: ${OTP}\npassword: x`, otp(OTP, '2FA'), secret('password', 'x')],
  ['OTPAUTH://HOTP/x?counter=1&secret=aaaa====', otp('OTPAUTH://HOTP/x?counter=1&secret=aaaa====')],
  // Addresses.
  ['https://example.org/a_(b)?x=1#y', url('https://example.org/a_(b)?x=1#y')],
  ['See (https://example.org/a), or ssh://git@example.org:22/x.', url('https://example.org/a'), url('ssh://git@example.org:22/x')],
  ['[docs](https://example.org/d) <http://[::1]:80/>', url('https://example.org/d'), url('http://[::1]:80/')],
  ['URL: https://example.org/\nuser: anna', url('https://example.org/', 'URL'), plain('user', 'anna')],
  ['Zoom: https://example.org/j/1?pwd=2', url('https://example.org/j/1?pwd=2', 'Zoom')],
  ['https://anna:geheim@example.org/', url('https://anna:geheim@example.org/', '', true)],
  ['地址在https://example.org/路径。用户：安娜', url('https://example.org/路径')],
  ['https://example.org/\u202Etxt.exe', url('https://example.org/')],
  ['{"url": "https://example.org/a"}', url('https://example.org/a')],
  // Hostile characters stay where they are.
  ['password: a\0b\u202Ec\ud83d', secret('password', 'a\0b\u202Ec\ud83d')],
  ['\ud83d\nuser: \udc00', plain('user', '\udc00')],
]

/** Texts that hold nothing to be cut out, or where nobody can tell what. */
export const NOT_FOUND: readonly string[] = [
  '',
  ' \n\t',
  // One password, whatever signs are in it.
  'hunter2',
  'hunter2:xyz',
  'x=1:y=2',
  'Tr0ub4dor=3',
  'anna:geheim',
  'admin:admin',
  'correct horse battery staple',
  'a:b c=d',
  '::::====',
  '=secret',
  'abc}',
  // Encodings, hashes, numbers.
  'dGVzdA==',
  'VGhpcyBpcyBhIHNlY3JldA==\nVGhpcyBpcyBhIHNlY3JldA=\n',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
  'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
  '12:30',
  'From 12:30 to 14:00, room 7',
  '2026-11-26T12:30:00Z',
  'fe80::1ff:fe23:4567:890a',
  'aa:bb:cc:dd:ee:ff',
  '16:9',
  // Paths and addresses that are none of the web.
  'C:\\Users\\anna\\keys.txt',
  'git@example.org:anna/keys.git',
  'mailto:anna@example.org',
  'javascript:alert(1)',
  'data:text/html,key=1',
  'host:8080',
  'http://',
  'https://…',
  'otpauth://totp/x',
  'otpauth://totp/x?secret=0189',
  'otpauth://steam/x?secret=AAAA',
  'otpauth://totp/x?secret=AAAA&secret=BBBB',
  // Prose.
  'Hello Anna,\nthanks for the key: I found it.',
  'Note: never share this with anyone.',
  'Reminder: call mum',
  'Remember the password: it is never shown again, so write it down.',
  'The user is: anna and the password is: secret',
  'Anna: hi there\nBob: hello you',
  'Ceci est important : ne le dites à personne.',
  'Merke: alles wird gut',
  '注意：请在5点前到',
  '用户须知：请不要告诉别人',
  'ملاحظة: الاجتماع غدا',
  'Thanks :) pin :)',
  'Password: this is not my pin:',
  'Hi, here is the user: anna, password: geheim7. Bye',
  ':key: :user:',
  // Code.
  '{"user": "anna", "password": "x"}',
  '{\n  "user": "anna",\n  "password": "x"\n}',
  "login({ user: 'anna', password: 'x' })\n}",
  'const password = "abc";',
  'let user = anna',
  'def login(user):\n    password = "x"\n    return user',
  'password = get_secret("x")',
  'if (key == pin) { user = 1; }',
  'a { color: red; key: 1 }',
  "SELECT * FROM t WHERE user = 'x' AND password = 'y'",
  '<db user="anna" password="x"/>',
  'std::string key;\nkey := 1',
  'Server=x;Database=y;User Id=z;Password=w;',
  'user=anna&password=x',
  'curl -u anna:geheim --password=x token=y',
  'docker run -e PASSWORD=x -e USER=y image',
  'KEY="first line\nsecond line"',
  // PEM that is none.
  'Paste it between -----BEGIN KEY----- and -----END KEY-----.',
  '-----BEGIN KEY-----\nAAAA',
  '-----BEGIN KEY-----\nAAAA\n-----END OTHER-----',
  '-----BEGIN KEY-----\n-----END KEY-----',
  '-----BEGIN key-----\nAAAA\n-----END key-----',
  // Hostile characters.
  '\0\u202E\ud83d:\udc00',
  'us\u202Eer: abc12',
  '\u2028=\u2029:',
]

/** How people label a name and a password, in each of our languages. */
export const LANGUAGES: readonly (readonly [language: string, user: string, password: string])[] = [
  ['en', 'Username', 'Password'],
  ['de', 'Benutzername', 'Passwort'],
  ['fr', 'Nom d’utilisateur', 'Mot de passe'],
  ['es', 'Nombre de usuario', 'Contraseña'],
  ['pt', 'Usuário', 'Senha'],
  ['it', 'Nome utente', 'Parola d’ordine'],
  ['nl', 'Gebruikersnaam', 'Wachtwoord'],
  ['pl', 'Nazwa użytkownika', 'Hasło'],
  ['cs', 'Uživatelské jméno', 'Heslo'],
  ['sv', 'Användarnamn', 'Lösenord'],
  ['da', 'Brugernavn', 'Adgangskode'],
  ['fi', 'Käyttäjätunnus', 'Salasana'],
  ['uk', 'Ім’я користувача', 'Пароль'],
  ['ru', 'Имя пользователя', 'Пароль'],
  ['tr', 'KULLANICI ADI', 'Şifre'],
  ['ar', 'اسم المستخدم', 'كلمة المرور'],
  ['he', 'שם משתמש', 'סיסמה'],
  ['fa', 'نام کاربری', 'گذرواژه'],
  ['hi', 'उपयोगकर्ता नाम', 'पासवर्ड'],
  ['zh', '用户名', '密码'],
  ['zh-Hant', '使用者名稱', '密碼'],
  ['ja', 'ユーザー名', 'パスワード'],
  ['ko', '사용자 이름', '비밀번호'],
]
