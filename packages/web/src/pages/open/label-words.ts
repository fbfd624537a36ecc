/** What a label says about its value. */
export interface LabelMeaning {
  /** `whole` if the label is a word or phrase of the lists, `part` if one is in it. */
  readonly match: 'whole' | 'part' | 'none'
  /** Whether what it labels is for nobody else's eyes. */
  readonly isSecret: boolean
}

// Words that label things to be copied, in our 22 languages and only the likeliest. A label that
// is not here is known by its shape: see find-labelled.ts.

/** What opens something. */
const SECRET_WORDS = fold([
  'password,passwd,pass,passphrase,pass phrase,passcode,pass code,pwd,pw,psk,secret,token,key,pin,pin code,code,otp,2fa,mfa,totp,cvv,cvc',
  'authorization,bearer,api key,access key,secret key,private key,access token,backup code,recovery code,recovery key',
  'passwort,passwörter,kennwort,passphrase,geheimnis,schlüssel,zugangscode,wiederherstellungscode',
  'mot de passe,motdepasse,mdp,phrase secrète,phrase de passe,clé,jeton,code secret',
  'contraseña,clave,frase de contraseña,secreto,código,llave',
  'senha,palavra-passe,chave,segredo,código,frase secreta',
  'parola d’ordine,chiave,segreto,codice,gettone',
  'wachtwoord,wachtzin,sleutel,geheim,toegangscode,pincode',
  'hasło,haslo,klucz,sekret,kod,kod pin',
  'heslo,klíč,tajemství,kód',
  'lösenord,lösen,nyckel,hemlighet,kod,pinkod',
  'adgangskode,kodeord,nøgle,hemmelighed,kode,pinkode',
  'salasana,avain,salaisuus,tunnusluku,koodi,pin-koodi',
  'пароль,ключ,секрет,токен,код,пін,пін-код,пин,пин-код,кодовое слово',
  'şifre,şifresi,parola,parolası,anahtar,gizli,kod',
  'كلمة المرور,كلمة مرور,كلمة السر,كلمة سر,المفتاح,مفتاح,الرمز,رمز,السر,سر,رمز المرور',
  'סיסמה,סיסמא,הסיסמה,הסיסמא,מפתח,סוד,קוד,קוד סודי,אסימון',
  'گذرواژه,رمز عبور,رمز,کلید,کلمه عبور,پسورد,توکن,کد,پین',
  'पासवर्ड,कुंजी,पिन,कोड,गुप्त कोड,टोकन',
  '密码,密碼,口令,密钥,密鑰,金鑰,令牌,验证码,驗證碼,私钥,私鑰',
  'パスワード,パスフレーズ,パスコード,暗証番号,合言葉,秘密,秘密鍵,鍵,キー,トークン,コード',
  '비밀번호,비번,암호,키,열쇠,토큰,핀,코드',
])

/** Who it is for, and where. */
const PLAIN_WORDS = fold([
  'user,username,user name,user id,userid,login,log in,logon,account,email,e-mail,mail',
  'host,hostname,server,url,website,port,domain,database,db,network,ssid,wifi,wi-fi,wlan',
  'benutzer,benutzername,nutzer,nutzername,anmeldename,kennung,konto,e-mail-adresse,rechner,netzwerk,datenbank',
  'utilisateur,nom d’utilisateur,identifiant,compte,courriel,adresse e-mail,hôte,serveur,réseau',
  'usuario,nombre de usuario,cuenta,correo,correo electrónico,servidor,puerto',
  'usuário,utilizador,nome de usuário,nome de utilizador,conta,servidor,rede,porta',
  'utente,nome utente,conto,posta,posta elettronica,rete',
  'gebruiker,gebruikersnaam,netwerk,poort',
  'użytkownik,nazwa użytkownika,konto,serwer,sieć,adres e-mail',
  'uživatel,uživatelské jméno,účet,síť',
  'användare,användarnamn,konto,e-post,epost,nätverk',
  'bruger,brugernavn,konto,netværk',
  'käyttäjä,käyttäjätunnus,käyttäjänimi,tunnus,tili,sähköposti,palvelin,verkko',
  'користувач,ім’я користувача,логін,обліковий запис,пошта,мережа,хост,сервер',
  'пользователь,имя пользователя,логин,учётная запись,почта,сеть,хост,сервер',
  'kullanıcı,kullanıcı adı,hesap,e-posta,sunucu,ağ',
  'المستخدم,مستخدم,اسم المستخدم,اسم مستخدم,الحساب,البريد,البريد الإلكتروني,الخادم,الشبكة',
  'משתמש,שם משתמש,חשבון,אימייל,מייל,דוא״ל,שרת,רשת',
  'کاربر,نام کاربری,حساب,ایمیل,سرور,میزبان,شبکه',
  'उपयोगकर्ता,उपयोगकर्ता नाम,यूज़र,यूज़रनेम,खाता,ईमेल,सर्वर,नेटवर्क,लॉगिन',
  '用户,用户名,用戶名,使用者,使用者名稱,账号,帐号,帳號,账户,帳戶,邮箱,電郵,电子邮件,電子郵件,服务器,伺服器,主机,主機,网络,網路',
  'ユーザー,ユーザー名,ユーザ,ユーザ名,ユーザーid,アカウント,メール,メールアドレス,サーバー,サーバ,ホスト,ネットワーク,ログイン',
  '사용자,사용자 이름,사용자명,아이디,계정,이메일,메일,서버,호스트,네트워크,로그인',
])

const wholes = new Set([...SECRET_WORDS, ...PLAIN_WORDS])
const secretPattern = matchWithin(SECRET_WORDS)
const anyPattern = matchWithin([...wholes])

/** Most words that a phrase of the lists has. */
export const PHRASE_WORDS_MAX = 3

/** Look a label up in the lists: its case, accents and punctuation do not matter. */
export function readLabel(label: string): LabelMeaning {
  const [folded = ''] = fold([label])
  const isSecret = secretPattern.test(folded)
  if (wholes.has(folded)) return { match: 'whole', isSecret }
  return { match: anyPattern.test(folded) ? 'part' : 'none', isSecret }
}

/** Match what has one of the phrases in it as whole words, or ends a word with a long one, as compounds do. */
function matchWithin(phrases: readonly string[]): RegExp {
  const long = phrases.filter(isLong)
  return new RegExp(`(?:^| )(?:${phrases.join('|')})(?: |$)|(?:${long.join('|')})(?: |$)`, 'u')
}

/** Whether a word is long enough that nothing else ends with it by chance. Scripts say more or less in a character. */
function isLong(phrase: string): boolean {
  if (/^\p{scx=Han}+$/u.test(phrase)) return phrase.length >= 2
  return phrase.length >= (/^[\p{scx=Kana}\p{scx=Hang}]+$/u.test(phrase) ? 4 : 7)
}

/** Cut lines at commas, and fold: `DB_Paßwort` and `dbPasswort` to small letters and spaces, `clé` to `cle`, `ｐｉｎ` to `pin`. */
function fold(lines: readonly string[]): readonly string[] {
  return lines
    .join(',')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .normalize('NFKD')
    .replaceAll(/[\p{M}\p{Cf}]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .split(',')
    .map((phrase) => phrase.replaceAll(/[^\p{L}\p{N}]+/gu, ' ').trim())
}
