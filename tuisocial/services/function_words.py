"""The commonest small words of languages, and the letters each adds to its script's common ones.

Words that name things are left out: people of every language write them. `services.language`
knows what to make of it.
"""

from __future__ import annotations

WORDS = {
    "af": (
        "aan ander as baie by daar dat deur die dis een ek elke en enige gaan gebruik geen gister "
        "het hierdie hoe hoekom hulle iets in is jou julle jy kan kon kry lees maar met moenie "
        "moet my môre n na net nie niks nog nou of om ons ook oor op sal sien so sy sê te toe "
        "tussen uit van vandag vir was wat wees weet wie wil word"
    ),
    "ca": (
        "a això al als amb aquest aquesta com de del dels doncs el ella els em en ens estan està "
        "fer ha han hem hi i jo la les li meu molt més no o on pel per perquè però que qui què se "
        "seu seva si són també tot un una va vaig vam és"
    ),
    "cs": (
        "a aby ale ani asi by bych byl byla bylo být co další do jak jako je jeho jejich jen jsem "
        "jsme jsou jste k kde když která které který mají mi má máme mít mě na nebo není než o od "
        "po pokud pro proto protože před při s se si svůj tady tak také tam ten to tu už v ve "
        "více však vše z za ze že"
    ),
    "cy": (
        "a ac am ar at beth chi da dim dw ei ein er eu fel fod fy gan gyda hefyd hi hwn hyn i "
        "iawn mae mewn mi mor na nad neu ni nid o oedd oes ond os pan roedd rwy sut sy sydd wedi "
        "wrth y ydy ydych yn yr yw"
    ),
    "da": (
        "af alle alt anden andet andre at bare bedre blev blevet blive bliver både da de dem den "
        "denne der deres det dette dig din disse dog du efter eller en end er et fik for fordi "
        "fra få før først gerne gøre ham han har havde hele hun hvad hvem hver hvis hvor hvordan "
        "hvornår i igen ikke ind inden ingen jeg jer jo kan kom kommer kun kunne lave lidt lige "
        "man mange med meget mellem men mere mig min mit må mødet ned nogen noget nogle nu når og "
        "også om op os over på selv siden sidste sig sin skal skulle som synes så sådan til "
        "tilbage to ud uden under var ved vi vil ville vores være været"
    ),
    "de": (
        "aber alle als also am an auch auf aus bei bin bis bist da damit dann das dass dein dem "
        "den denn der des dich die dies diese diesem dieser dir doch du durch ein eine einem "
        "einen einer er es etwas euch für gibt habe haben hat hatte hier ich ihm ihn ihr ihre im "
        "in ist ja jetzt kann kein keine können man mehr mein meine mich mir mit muss nach nicht "
        "nichts noch nur ob oder ohne schon sehr sein seine sich sie sind so um und uns unter vom "
        "von vor war waren warum was weil wenn wer werden wie wieder will wir wird wo wurde zu "
        "zum zur zwischen über"
    ),
    "en": (
        "a about after all also am an and any are as at be because been before but by can could "
        "did do does doing don't down even every for from get got had has have he her here him "
        "his how i i'm if in into is isn't it it's its just like more most much my no not now of "
        "off on one only or other our out over really she should so some such than that that's "
        "the their them then there these they this those through to too up us very was we were "
        "what when where which while who why will with would you your"
    ),
    "eo": (
        "al ankaŭ antaŭ aŭ bone da de do dum ebla eble el en estas esti estis estos havas ili iu "
        "jam jen kaj kaŭze ke kia kial kie kiel kiu kiuj kun la laŭ li lia malgraŭ mi mia multe "
        "ne nek nenio ni nia nun ol oni per plej pli por post povas pri pro sed sen si sia sub "
        "super sur tamen te tia tial tie tiel tio tiu tiuj tre unu vi ĉar ĉe ĉi ĉiu ĉu ĝi ĝis ŝi"
    ),
    "es": (
        "a además al algo algunos aquí así aunque bien cada como con cual cuando cómo de del "
        "desde donde dos dónde e el ella ellos en entonces entre era es esa ese eso esta este "
        "esto estoy está están fue gracias ha hace hacer han hasta hay he la las le les lo los me "
        "mi mis mucho muy más nada ni no nos nosotros nunca o otra otro para pero poco por porque "
        "puede puedo que quien quiero qué se ser si sido siempre sin sobre solo son soy su sus sí "
        "también tan te tengo tiene todo todos tu tú un una uno unos usted y ya yo él"
    ),
    "et": (
        "aga ainult ei enam et ette ja jah juba jälle ka kas kes kui kuidas kus kõik küll ma me "
        "mees meie mida midagi miks mina minu mis mu mul nad need neid nende nii nüüd oled oleme "
        "olen oli olid olla oma on peab pole pärast saab seda see selle sest siia siin siis sina "
        "ta talle te teie tema tuleb väga või üks"
    ),
    "eu": (
        "ahal aldiz arte asko baina baino bat batean bezala da dago dagoen de den diot dira ditu "
        "dituzte du dugu dute edo egin egiten egon ere eta ez gabe gaur gehiago guztiak hain hala "
        "han hau hemen hori horrela hura ibili izan izango nahi naiz nire nola non nor oso zen "
        "zer zergatik zuen zuten"
    ),
    "fi": (
        "ehkä ei eikä eli en että he hän ihan ilman itse ja jo joka jonka jos josta jotka juuri "
        "kaikki kanssa kautta kuin kuka kun me miksi mikä minun minä missä mitä mitään mukaan "
        "mutta muuta myös myöskään ne niin niitä nyt nämä ole olen oli olisi olla olleet on ovat "
        "pitää se sekä sen siellä siitä sinä sitten sitä tai te tähän tämä tämän tässä tätä vai "
        "vain vielä voi voidaan voit"
    ),
    "fr": (
        "ai alors après au aussi autre aux avec avoir bien c'est car ce cela ces cet cette chez "
        "comme d'un d'une dans de des deux donc dont du elle elles en encore est et eu eux faire "
        "fait faut il ils j'ai je jour jusqu la le les leur leurs lui là ma mais me mes moi mon "
        "même ne nos notre nous on ont ou où par parce pas peu peut plus pour pourquoi qu'il "
        "qu'on quand que qui quoi sa sans se ses si son sont sous suis sur ta te tes toi ton tous "
        "tout toute très tu un une vos votre vous y à ça étais était été être"
    ),
    "ga": (
        "a ach ag agam an anois ar as atá bhfuil bhí chun cé cén de den do dom ea faoi freisin "
        "féin fós ga gach gan go gur iad is le leis liom mar mo má mé na nuair ní níl nó orm os "
        "sa san seo sin sna sé sí tá tú uair um é í ó"
    ),
    "gl": (
        "a ademais algo ao aos aquí as así ata até cando coa coas coma como con cos cunha da das "
        "de dende do dos dunha e el ela eles en entre era esta este está están eu fai fixo foi "
        "grazas hai hoxe ir isto me mellor mesmo meu moi moito máis na nas nin no non nos nunha o "
        "onde os ou para pero pode pola polo por porque que quen se sen ser si sobre son só súa "
        "tamén ten teño todo todos un unha unhas uns xa xente á é ós"
    ),
    "hr": (
        "ako ali bez bi bih bila bili bilo bio biti da do dok ga gdje hoću i ih ili im imam iz ja "
        "je jer jom još kad kada kako kao koja koje koji koju li među mi mnogo mogu moj može na "
        "nakon nama ne nego neka nemam netko nije nisam nisu ništa njega njih od oko on ona oni "
        "ono ovaj ovo po pod prema pri prije s sa sada sam samo se si smo ste su sve svi ta tako "
        "također tamo te ti tko to treba tu u uopće uvijek uz već vrlo za zašto će ću šta što"
    ),
    "hu": (
        "a abban addig ahogy aki akkor alatt amely ami amikor annak arra az azok azt azzal azért "
        "be bár csak de egy egyik el ellen elő ez ezek ezt ezért fel hanem hogy hogyan hol ill "
        "ilyen is itt jó kell keresztül ket ki le lehet lesz lett ma meg mert mi mikor minden "
        "mindig mint miért most már még nagy nagyon ne nekem nem nincs olyan ott pedig persze s "
        "sem semmi sok szerint szét után vagy vagyok valami van volna volt át és így ő ők"
    ),
    "id": (
        "ada adalah agar akan aku anda apa atau bagaimana bagi bahwa banyak belum bisa boleh "
        "bukan dalam dan dapat dari dengan di dia hanya harus ini itu jadi jangan jika juga kalau "
        "kami kamu karena ke kepada kita lagi lalu lebih maka masih mereka mungkin oleh orang "
        "pada paling saat sangat saya sebagai sebuah secara sedang sekarang semua seperti serta "
        "setelah sudah supaya tapi telah tentang terhadap tetapi tidak untuk yang"
    ),
    "is": (
        "af allt alveg annað að bara ef eftir ekki en enn er eru eða fram frá fyrir hafa hann hef "
        "hefur hjá hvar hvað hver hvernig hér hún inn já líka meira með mig mikið mjög mér nei nú "
        "og okkur sem sig sinn sitt svo sér til um upp var vegna vera verið verður við ég í út "
        "þar þau það þegar þeir þeirra þess þessi þetta þið því þá þú"
    ),
    "it": (
        "a ad ai al alla alle allora anche ancora avere c'è che chi ci ciò col come con cosa così "
        "cui da dal dalla degli dei del della delle dello di dopo dove due e ed era essere fa "
        "fare fatto fino fra gli ha hai hanno ho i il in io l'ha la le lei li lo loro lui ma mai "
        "me meno mi mia mio molto ne nei nel nella nelle nessuno niente noi non nostro o oggi "
        "ogni ora per perché però più poco poi può qua quando quanto quella quelli quello questa "
        "questo qui se sei sempre senza si sia sono sta stato su sua sul sulla suo te ti tra "
        "troppo tu tutti tutto un una uno va vi voi è"
    ),
    "lt": (
        "ant apie ar arba aš be bei bet buvo būti dabar dar dėl gali iki ir iš jau jei jie jis jo "
        "jos juos ją jų kad kaip kas kiek kol kuri kurie kuris ką labai man mano mes mus ne nei "
        "nes net niekas nuo nėra o pagal pas per po prie prieš sau savo su tai taip tarp tas "
        "tačiau ten tik tos tu turi už užtai visi viskas yra čia į ši šio šis"
    ),
    "lv": (
        "apmēram ar arī bet bez bija būs būt caur cik es esam esmu gan ir ja jau jo jums jūs ka "
        "kad kas ko kur kura kuri kurš kā kāds labi lai līdz man mani manu mums mēs nav ne nekas "
        "no nu par pat pie pirms pret pēc savu sev tad tagad tam tas te tev tie tikai to tomēr tu "
        "tur tā tāpēc un uz vai vairāk var visi viss viņa viņi viņš vēl šis šo šī"
    ),
    "nl": (
        "aan al alle alleen als altijd ben bij daar dan dat de deze die dit doen door dus een "
        "eens elke en er ge gebruik geen geweest gewoon gisteren had heb hebben heeft hem hen het "
        "hier hij hoe hun iets ik in is ja je jij jullie kan kunnen maar me meer men met mij mijn "
        "moet morgen na naar niet niets niks nog nu of om omdat onder ons onze ook op over te "
        "tegen toch toen tot u uit uw van vandaag veel voor waar waarom wanneer waren was wat we "
        "weer wel werd wezen wie wij wil worden wordt zal ze zei zelf zich zij zijn zo zonder zou"
    ),
    "no": (
        "alle alt andre annen annet at av bare bedre ble bli blir blitt bruke både da de den "
        "denne der dere deres det dette din disse du eller en enn er et etter fikk for fordi fra "
        "få før først gjerne gjør gjøre ha hadde ham han har hele hun hva hvem hver hvis hvor "
        "hvordan hvorfor i igjen ikke ingen inn innen jeg jo kan kom kommer kun kunne lage like "
        "litt man mange med meg meget mellom men mer min mitt må ned noe noen nå når og også om "
        "opp oss over på samme seg selv siden sin siste skal skulle slik som synes så sånn til "
        "tilbake to under ut uten var ved veldig vi vil ville vår være vært"
    ),
    "pl": (
        "a aby albo ale bardzo bez bo by być był była było ci co coś czy czyli czym dla dlaczego "
        "dlatego do dzisiaj gdy gdzie go i ich ile im ja jak jakie jako je jeden jego jej jest "
        "jestem jeszcze jeśli już każdy kiedy kto która które który których lub ma mają mam mi "
        "między mnie może można my mój na nad nam nas nic nie niech nigdy niż o od on ona oni "
        "oraz po pod ponieważ przed przez przy się sobie swoje są ta tak także tam te tego tej "
        "ten teraz też to tu tutaj ty tych tylko tym u w we wie więc wszystkie wszystko z za "
        "zawsze ze że"
    ),
    "pt": (
        "a ainda algo alguém além ao aos aqui as assim até bem cada com como da das de dela dele "
        "depois desde do dos duma e ela elas ele eles em entre então era essa esse esta este "
        "estou está estão eu fez foi foram gente há isso isto já lhe lá mais mas me mesmo meu "
        "minha muito na nada nas nem no nos nossa num numa nunca não nós o obrigada obrigado onde "
        "os ou para pela pelo pode por porque pra qual quando que quem se sem sempre ser será seu "
        "sobre sua são só também te tem tenho ter teu toda todo todos tu tudo têm um uma vai você "
        "vocês à é"
    ),
    "ro": (
        "a aceasta această acest aceste acum ai aici al ale am ar are asta atunci au avea aș bine "
        "ca care ce cei cel cele chiar cine cu cum când că da dacă dar de deci deja din doar după "
        "ea ei el ele este eu face fi fie foarte fost fără hai iar la le lor lui mai mea meu mi "
        "mult multe mă ne nici nimic noi nostru nu o or pe pentru prin până sa sau se sunt să te "
        "toate tot tu un una unde unei unui va voi vor vreau vă îi îl îmi în încă între își îți "
        "și"
    ),
    "sk": (
        "a aby ako ale alebo ani asi až bez bol bola boli bolo budú by byť cez do ešte ho i iba "
        "ich im ja je jeho jej k kde keď kto ktorá ktoré ktorí ktorý lebo len ma majú mal medzi "
        "mi my má máme môj môže mňa na nad ne než nie nič nám nás o od on ona oni po pod podľa "
        "pokiaľ pre pred preto pretože pri s sa si sme so som svoj sú ta tak takže tam tento "
        "teraz to toto tu tým už v veľmi viac vo vy však všetko z za zo či čo ďalšie že"
    ),
    "sl": (
        "ali ampak bi bil bila bili bilo biti bo bodo brez da danes do dobro dokler ga h in iz "
        "jaz je jih jim jo kadar kaj kako kar katera kateri kdaj kdo ker ki kjer ko kot lahko le "
        "ma malo me med mi mnogo moj mora na nad naj nam ne nek ni niso nič njegov o ob od on ona "
        "oni pa po pod potem prav pred prej pri s saj se sem si smo so sta tako tam te tega tem "
        "ti to tudi tukaj v vendar ves več vse vsi z za zakaj zato zdaj zelo če čeprav še že"
    ),
    "sv": (
        "alla allt att av bara blev bli blir de dem den denna deras det detta dig din du där då "
        "efter eller en era ett fick från få får för ha hade han har hela henne hon honom hos hur "
        "här i igen in inga inget inte ja jag kan kanske kommer kunde lite man med mellan men mer "
        "mig min mina mitt mot mycket nog nu när någon något några och också om oss på samma "
        "sedan sen sig sin själv ska skulle som så till under upp ut utan vad var vara varför "
        "varit varje vem vi vid vilka vill väl vår våra är även åt"
    ),
    "tr": (
        "acaba ama ancak artık aslında az bana bazı belki ben beni benim bile bir biraz biri biz "
        "bizim bu bugün buna bunu burada böyle da daha de değil diye diğer en fakat gibi göre "
        "hala hangi hem henüz hep her hiç ile ilgili ise için işte kadar kendi kez ki kim mi mu "
        "mü mı nasıl ne neden nerede o olan olarak oldu olduğu olsun olur on ona onlar onu onun "
        "orada sadece sen siz sonra tüm var ve veya ya yani yine yok zaten çok çünkü şey şimdi şu"
    ),
    "vi": (
        "anh bạn bị bởi cho chúng chưa chỉ các cái còn có cùng cũng của em gì hay hơn khi không "
        "là làm lên lại muốn mà mình một nhiều như nhưng những nào này nên nói nếu nữa phải qua "
        "quá ra rất rồi sao sau sẽ theo thì thế thể trong trên trước tôi tại tất từ và vào vì vẫn "
        "về với vừa đang đi điều đây đã đó được đến để ở"
    ),
    "be": (
        "а або ад але без бо была было быць быў вельмі вы гэта гэтага гэты да дзе для з за каб "
        "каго калі мае мы на нават не няма ні па пра праз пры са сабе так таксама там таму толькі "
        "ты у хто чым што я яго яе як якая які яна яны яшчэ ён і ўжо ўсе"
    ),
    "bg": (
        "а аз ако без беше би бъде бях бяха в вече ви вие все всички ги го да днес до добре е "
        "един една едно за защо защото и из или им има искам исках как какво когато което които "
        "който която към ли ме между ми много може му на над най нас не него нещо нея ни ние нищо "
        "но няма нямаше от още по повече под при с са само се сега си след сме съм със така там "
        "те ти то това този той трябва тук тя тях че ще я"
    ),
    "mk": (
        "а ако беа бев без беше би бидејќи бил ве веќе вие во вчера ги го да де дека денес до "
        "добро е еден една едно за зошто и или им има имаме каде како кога кои кон кој која ли ме "
        "меѓу ми многу може му на над нас не неа него нема немаше нешто ни нив ние но нѐ о ова "
        "оваа овој од откако по повеќе под помеѓу при сака сакав сакам само се сега секој си сите "
        "сме со сте сум таа така тие тоа тој треба уште што ја ќе"
    ),
    "ru": (
        "а без более больше будет был была были было быть в вам вас вот все всего всё вы где да "
        "даже для до его ее ей если есть еще ещё её же за здесь и из или им их к как какой когда "
        "которые который кто куда ли лучше между меня мне много может можно мой мы на надо нас не "
        "него нет ни но ну о об один он она они от очень по под после потом потому почему при про "
        "раз с сам себя сейчас со так также такой там тебя то того тоже только том тот ты у уже "
        "хорошо чем через что чтобы эти это этого этот я"
    ),
    "sr": (
        "а ако али без би била били било био бити већ врло га где да до док за зашто и из између "
        "или им имам их кад када како као која које који коју ли ми много могу може мој му на "
        "након нама не него нека немам нисам нису ништа није овај ово од око он она они оно по "
        "под пре према при с са сада сам само све сви се си смо сте су та тако такође тамо те ти "
        "то треба ту у увек уз хоћу хтела хтео шта што ја је јер још јој њега њих ће ћу"
    ),
    "uk": (
        "а або але без би був була було бути в вам вас весь вже ви вона вони воно все всі від він "
        "де для до дуже же з за зараз зі й його к кожен коли ли лише мене мені ми може можна між "
        "мій на навіть нам нас не немає но ні о один он от оце по при про під після раз себе собі "
        "сьогодні та так також там те теж ти то того тому тільки у хто це цей цього ця ці через "
        "чи чому що щоб я як яка який якщо які є і із інший їм їх її"
    ),
    "hi": (
        "अपना अपनी अपने अब आज आप इन इस इसके उन उनके उस एक ऐसा ऐसे और कई कर करता करते करना करने "
        "कहा का कि किया किसी की कुछ के को कोई कौन क्या क्यों गई गया जब जा जो तक तब तो था थी थे "
        "दिया दो नहीं ने पर पहले फिर बहुत बात बाद भी मुझे में मेरा मेरी मैं यदि यह यहाँ या ये रहा "
        "रही रहे लिए वह वाला वाले वे सब सभी साथ से ही हुआ हुई हुए हूँ हूं है हैं हो होता होती "
        "होना"
    ),
    "mr": (
        "अगदी आणि आता आपण आपल्या आम्ही आहे आहेत एक एका कर करण्यात करून का काय काही की कोणी खूप "
        "गेला गेले च जर जे झाला झाली झाले तर तरी तुम्ही ते तो त्या त्यांच्या त्याने त्याला दिला "
        "दिली न नाही नाहीत पण परंतु पुन्हा फक्त मग मला मात्र मी म्हणजे म्हणून या याच्या येथे व "
        "सर्व सांगितले हा ही हे होता होती होते"
    ),
    "ne": (
        "अनि अब अरू आज आफ्नो उनले उनी एउटा एक कि किन कुनै केही को गरे गरेको गर्न गर्नु गर्ने छ "
        "छन् छैन जब जुन त तपाईं तर तिनी तिमी थिए थियो दिन देखि धेरै न नै पनि पर्छ भएको भने भन्ने "
        "भयो म मलाई मा मेरो यति यस यसको यो र राम्रो लाई लागि ले सँग सबै समय हामी हुन हुन्छ हो "
        "होइन"
    ),
    "ar": (
        "أن أنا أنت أو أي أيضا إذا إلا إلى إن الآن التي الذي الذين اليوم بعد بعض بل بين تم ثم جدا "
        "جميع حتى حيث دون ذلك سوف شيء على عليه عن عند غير فإن فقط في فيه فيها قال قبل قد كان كانت "
        "كل كما كيف لأن لا لكن لم لماذا لن له لها ليس ما ماذا مثل مع من منذ منه منها نحن هذا هذه "
        "هل هم هنا هناك هو هي و وكان ولا ولكن وهو يا يكون يمكن"
    ),
    "fa": (
        "آن آنها از است اما امروز او اگر این با بار باشد باید بر برای بسیار بعد بود بی تا تو حتی "
        "خواهد خود خیلی دارد دارم در دیگر را روی شد شده شما شود فقط ما من می میشود نمی نه نیز "
        "نیست هر هست هستم هم همه همین هیچ و وقتی ولی چرا چند چه چون چیزی کرد کردم کردن کرده کسی "
        "کند کنم کنید که یا یک"
    ),
    "ur": (
        "آپ اب اس اسے ان انہوں اور اگر ایسا ایسے ایک بات بعد بھی بہت تا تو تک تھا تھی تھیں تھے جا "
        "جب جس جو دو دیا رہا رہی رہے ساتھ سب سے صرف طرح لیکن لیے مجھے مگر میرا میری میرے میں نہیں "
        "نے والے وہ وہاں پر پھر کا کر کرتے کرنا کرنے کو کوئی کہ کہا کی کیا کیوں کے گئی گئے گیا ہم "
        "ہو ہوئے ہوا ہوتا ہوتی ہوں ہی ہیں ہے یا یہ یہاں"
    ),
}

LETTERS = {
    # Beside a to z, the Cyrillic and Arabic letters that these languages share, all Devanagari.
    "af": "êëéèïôöûü",
    "ca": "àçèéíïòóúü·",
    "cs": "áčďéěíňóřšťúůýž",
    "cy": "âêîôûŵŷáéëïöẅ",
    "da": "æøåé",
    "de": "äöüß",
    "en": "",
    "eo": "ĉĝĥĵŝŭ",
    "es": "áéíñóúü",
    "et": "äõöüšž",
    "eu": "ñç",
    "fi": "äöå",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "ga": "áéíóú",
    "gl": "áéíñóúüï",
    "hr": "čćđšž",
    "hu": "áéíóöőúüű",
    "id": "",
    "is": "áðéíóúýþæö",
    "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "nl": "áéëïóöü",
    "no": "æøåéò",
    "pl": "ąćęłńóśźż",
    "pt": "áâãàçéêíóôõú",
    "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "sv": "åäöé",
    "tr": "âçğıîöşüû",
    "vi": "àáâãèéêìíòóôõùúýăđĩũơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "be": "іўёйыэьюя",
    "bg": "ийщъьюя",
    "mk": "иѓѕјљњќџѐѝ",
    "ru": "иёйщъыьэюя",
    "sr": "иђјљњћџ",
    "uk": "иіїєґйщьюя",
    "hi": "",
    "mr": "ळ",
    "ne": "",
    "ar": "أإآةىؤئءكي",
    "fa": "آأؤئءپچژگکی",
    "ur": "آؤئءپچژگکیٹڈڑںھہۂےۓ",
}
