//! What people write who offend nobody, a text a line; `⏎` stands for a line break.

pub const PROSE: &str = "\
I passed the class with an A, and my bass solo was a pass too
Please assess the assets before you assign them to the associate
The bet-hedging strategy of annual plants is well studied
Beth and Bette bettered their better butter
She lives in Sussex, near Essex, not Middlesex
coker, cokes and coking plants
They methodically seaweed-farmed along the coast
shitake mushrooms with a dash of soy sauce
the damnation of Faust, and Damnit the dog
Charles Dickens, Moby-Dickens and Emily Dickinson
a spinning top spins; spinach; spinal; spine
Lottie and Lotta went to the grotto
pokers, pokery and Pokemon cards
Loansome dove; alone; salons
I took my ps ills seriously... no, pills-bury dough
Gambles and gambits, gambol and gamine
Let me b e t t e r explain: b-e-t-t-e-r
c l a s s starts at nine
h.e.l.l.o w.o.r.l.d
The letters are A, S, and S-shaped hooks
He is A. S. Byatt's reader, S. E. Hinton's fan and X. J. Kennedy's pupil
Grades: A S S B C
as so often, as safe as houses, as soon as possible
was she it? sh it was not
be there at 7; bet ter late than never? no: better late
Sam 5 ex-wives; S ex aequo
push it, pu shit? No, push it to the limit
I saw Coke's law in a book of Sir Edward Cokes
this is hit and miss; his hit single
W33K 12, R00M 5, B3D 2
3M, 7UP, 4K, 8K, H2O, CO2, MP3, MP4, B2B, P2P, W3C, I18N, K8S
gr8 m8, l8r, b4, 2nite, str8, 4ever, 1337
sooooo gooood, yesssss, nooooo, hmmmmm, aaaargh, zzzzz
Whaaaat? Reeeally? Pleeease!
U.S.A., U.K., e.g., i.e., a.m., p.m., Ph.D., R.S.V.P., A.S.A.P., N.A.S.A.
A S A P would be nice
S.O.S! S-O-S! S O S
B-E-A-U-T-I-F-U-L, M-I-S-S-I-S-S-I-P-P-I, W-E-L-C-O-M-E
Gimme an A! Gimme an S! Gimme a P!
Options: a) yes b) no c) maybe d) spin again? no
1. a⏎2. s⏎3. d⏎4. f
p⏎o⏎e⏎m⏎of⏎one⏎letter⏎lines
F⏎R⏎E⏎E⏎D⏎O⏎M
C A F E G A D chords, then D C B A
I , a . b ; c : d
x = a*s*s + b*e*t; y = s*e*x_1
for (int a=0; a<s; s++) { b[e]=t; }
let p = o.r.n(); if a.s.s() { b.e.t() }
$ ls -la | grep as | sed s/x/y/
SELECT a.s, b.e FROM t AS s WHERE s.ex = 1
df = pd.read_csv('poker_hands_of_data.csv'.replace('poker_hands_of_', ''))
#include <stdio.h> // printf(\"%s\\n\", s);
git rebase -i HEAD~3 && git push -f origin feat/spin-lock
/usr/lib/x86_64-linux-gnu/libssl.so.3
C:\\Users\\Bette\\Documents\\assets\\class.dat
see src/main.rs:120:5 and Node.js v20.11.1
ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDa5s4sh1t7x
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
dGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0IHRleHQ=
550e8400-e29b-41d4-a716-446655440000
eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.s3x_4ss-b3t
Order #A55-B37, tracking 1Z999AA10123456784
BET-4455 and S3X-99 are part numbers of mine? A55 yes
Flight SQ 26, seat 14A, gate B37, at 10:45
$5.00, €3.20, £1,000.00, ¥500, 3+4=7, 10!/5!
(a+s)(s-a), |x| < 5, a55 = b3 + 7
+1 (555) 010-0199 ext. 455
192.168.0.1, fe80::1, 10.0.0.0/8, v1.2.3-rc.4+build.5
The score was 3:2 in the 45th minute
¯\\_(ツ)_/¯ (╯°□°)╯︵ ┻━┻ ʕ•ᴥ•ʔ (｡◕‿◕｡)
:-) ;-) :'( <3 </3 xD :D :P o_O ^_^ T_T >:( =)
| a | s | d |⏎|---|---|---|⏎| b | e | f |
+---+---+⏎| s | e |⏎+---+---+⏎| x | y |
(\\_/)⏎(o.o)⏎(> <)
*bold* _italic_ ~strike~ `code` **a**s**d**
[ ] todo  [x] done  [a] [s] [d]
ヽ(´ー｀)ノ ｷﾀ━(ﾟ∀ﾟ)━! orz
Roses are red,⏎Violets are blue,⏎a s ever yours,⏎s.
T-shirt in S, M, L, XL; S/E/X junction is a map key? no
S, E or X marks the spot
Section S, E. X. Smith presiding
W. E. E. Dubois? W. E. B. Du Bois!
Dr. P. O. R. Nolan, M.D.
Mr. A. S. Singh, B. E. Thompson, D. I. Cooper
John D. Amn is not a name, J. Dam Nation is
Don't! Won't! Can't! Shan't! She'll bet.a-test? she'll beta-test
the beta version, alphabet, diabetes, Tibet, bethink
webcams'r'us? webcomics and webcasts
airdropped supplies, air-drop? dropped by air
the escorted tour escorts no one
hermit, permit, transmit; omit; summit
Analysis, analyst, Anal. Chem. 55
Arsenal vs. Arsenic, cockpit, cocktail, peacock
Scunthorpe, Penistone, Lightwater, Clitheroe
Cumbria, cumulative, documents, cucumber
Titan, title, constitution, Titus
Jo(h)n, (re)assess, (s)he, his/her, and/or, w/o
gift-wrapped card tables, gift a card house? a gift. Card games follow
free, money-less, free of money worries? free; money later
easy, cash-free payments; it is easy. Cash is king
wire fencing transfers; hot single-malt; hot, singles tennis
an account, seller's remorse
fake, passport-sized photos
Bonjour, ça va ? Où est la gare ? Ça coûte 5 € l'unité
L'été dernier, à Noël, où sont passées les pâtes ?
Der Straßenbahnfahrer aß süße Äpfel, Massachusetts-Reise, das Gas
Ich habe das Bett gemacht; Wette, Nudeln, Maße
El año pasado mi papá compró piñas, ¡qué bueno!
O coração não é de ferro; ação, porção
Mình đang học tiếng Việt ở Hà Nội, phở ngon lắm
Bài tập về nhà: đọc trang năm mươi
Привет, как дела? Сор в доме, а рост хороший
Это сайт о Ростове; нудный разговор, весна и хор
Он сказал: «Сосна растёт в роще»
Καλημέρα, τι κάνεις; Η Αθήνα είναι όμορφη
สวัสดีครับ วันนี้อากาศดีมาก
नमस्ते, आप कैसे हैं?
مرحبا كيف حالك اليوم
שלום, מה שלומך היום
Բարեւ, ինչպես ես
გამარჯობა, როგორ ხარ
こんにちは、今日はとても良い天気ですね
カジノではなくカフェに行きました
東京特許許可局、生麦生米生卵
パソコンのウイルス対策ソフト
ﾊﾝｶｸｶﾀｶﾅﾃﾞｽ
今天路口交通很堵，博物馆也不开
他喜欢赌气，博士生都不理他
赌，博士；彩，票友
我爱打赌。博彩众长的说法不对？博采众长才对
彩色票据已经打印，彩虹，票根
这场比赛毒辣的太阳，品种很多
枪声响起，支持他的人跑了
裸露的岩石，聊胜于无
单刷牙不行，刷牙，单人间
外面挂着灯，外墙，挂钟
发了一张票，发货，票据
洗碗，钱包，洗手、钱不够
福建，利好；福气，利息
办好了，证明他行
约好炮兵连，约会。炮仗响了
百货公司家具乐器都有，百姓，家庭，乐观
老师，虎年，机会
六点集合，彩色照片
时间，时光，彩霞
加油，微信支付没开，加热微波炉，信号差
加一个微小的信号
澳洲，门票，金额
真心，人人，秀丽
黑板上有客人的名字，黑白，客厅
病人，毒蘑菇；病房，毒素
木头，马路；木星，马上
银色的河流，银行，河边
金子和沙子，金色，沙滩
电脑，子弹，烟雾
女士主持，播音员，女主人播种
1家店，2乐队，3人
第1百货，2家具城
2026年12月1日18时30分，18时30分
100元，3家，5折
① 打开 ② 登录 ③ 完成
哈哈哈哈哈哈，好好好，对对对对
一一得一，二二得四
《红楼梦》第三回：金陵城起复贾雨村
A栋B座1203室，a组b组
iPhone15 Pro Max 256G，USB-C线
我的qq音乐打不开，群里没人
你好 吗 ？ 我 很 好 。
一 二 三 四 五 六 七
春⏎眠⏎不⏎觉⏎晓
床前明月光，疑是地上霜。⏎举头望明月，低头思故乡。
成功人士的片段，成年人的照片
小声点，视力，频率
身体，份额，证据，号码
代理，开心，发现，票价
快点，速度，贷方，款式
다시 발표해 주세요, 다시발표
시 발전 계획, 시발점은 여기
도시 박물관에서 도 박 씨를 만났다? 아니 도서관
도로 박스, 도움 박수
야 동생아, 야구 동호회, 분야 동향
마 약속했잖아, 엄마 약 드세요
대 마을 회관, 무대 마술
성 인구 조사, 완성 인형
출 장부, 수출 장려, 진출장
조 건물, 구조 건강
만 남았다, 두 명만 남고, 십만 남짓
대 출발! 시대 출신
환 전기, 교환 전화, 전환 전략
충 전혀, 곤충 전시회
사 설명, 회사 설립, 공사설명회
총 판단, 총판사
배 팅커벨, 베 팅
카드 지갑 노트, 카메라, 지도, 노래
바람, 카드, 라면을 샀다
바다 카페 라떼
슬픈 롯데, 홀로 덤비다
포장 커피, 고 수입
먹고 튀김도, 먹 튀김
병 신선한, 질병 신고, 발병신고
새 끼니, 냄새 끼치다
개 년도, 백 개 년도별
보 지도, 정보 지식, 홍보지
로또와 번호표, 주민 여러분 번호순으로
개인 정보다? 개인의 정보력
토요일 토론, 토마토 토스트
토토로를 봤다, 이웃집 토토로
ㅋㅋㅋㅋㅋㅋ ㅎㅎㅎ ㅠㅠ ㅜㅜ ㄷㄷㄷ ㅇㅇ ㄴㄴ ㄱㄱ
ㅋㅋ 가자 ㅋㅋ 지금 ㅋㅋ 노래방
안녕하세요~ 반갑습니다!! 잘 부탁드려요^^
가나다라마바사 아자차카타파하
가 나 다 라 마 바 사
1카 2지 3노
3월 1일 오전 10시 30분, 2층 203호
010 국번, 1588 국번
오늘은⏎날씨가⏎참⏎좋다
나는 학교에 갔다. 박 선생님이 도와주셨다
작업이 끝난 대출 도서 반납
사다 리본, 사 다리미
핵심 프로그램, 게임 핵심 정리
고수 익은 고기, 고 수 익
";
