"""Languages beside English and Chinese: an offer reaches a moderator at least, and what tells about it does not.

The texts are ours, fictional and decent. No labelled pages of these languages were at hand, so they show that
the words are there and what excuses them too, not how well they do.
"""

# ruff: noqa: RUF001, E501 - texts as people write them

import pytest

from blocklist.model import Judgement, Label
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser
from crawler.judge import explain, judge
from crawler.read import read_text

LANGUAGES = {"es", "ru", "de", "fr", "ar", "vi", "ind"}  # "id" is each group's own key, hence ISO 639-3
MAIN = {
    "controlled-drugs", "medicines", "fake-documents", "gambling", "counterfeit-goods", "tobacco", "controlled-weapons",
    "counterfeit-money", "illegal-credit", "personal-data", "illegal-tools", "wildlife",
}  # fmt: skip


def judged(text: str) -> Judgement:
    return judge(
        read_text(text, title="", url=None, pseudonymiser=Pseudonymiser(bytes(32))), load_policy(None)
    )


OFFERS = [
    (
        "es",
        "controlled-drugs",
        "Compra cocaína y MDMA de alta pureza en línea. 1 gramo 60 €, 5 gramos 250 €. Envío discreto a toda España, pago en bitcoin. Escríbenos por Telegram.",
    ),
    (
        "es",
        "medicines",
        "Farmacia online: tramadol, alprazolam y diazepam sin receta médica. Añadir al carrito, envío en 24 horas, pago contra reembolso.",
    ),
    (
        "es",
        "fake-documents",
        "Vendemos pasaportes falsos y carnet de conducir registrado en la base de datos, sin examen. Contáctanos por WhatsApp para hacer tu pedido.",
    ),
    (
        "es",
        "gambling",
        "Casino online sin licencia: tragaperras y ruleta en vivo. Bono de bienvenida en tu primer depósito, retiros rápidos y sin verificación. Regístrate ya.",
    ),
    (
        "es",
        "counterfeit-goods",
        "Réplicas de relojes de lujo, calidad AAA idénticos al original. Rolex 120 €, Omega 110 €. Añadir al carrito, envío gratis.",
    ),
    (
        "es",
        "tobacco",
        "Cigarrillos de contrabando sin impuestos al por mayor, cartones de Marlboro a 20 €. Pedidos por WhatsApp, entrega a domicilio.",
    ),
    (
        "es",
        "controlled-weapons",
        "Venta de pistolas sin papeles, Glock 17 sin número de serie con munición, 900 €. Envío discreto, pago en bitcoin.",
    ),
    (
        "es",
        "counterfeit-money",
        "Billetes falsos de 20 y 50 euros en venta, indetectables, pasan la prueba del bolígrafo. Pedido mínimo 1000. Escríbenos al Telegram.",
    ),
    (
        "es",
        "illegal-credit",
        "Préstamos gota a gota en efectivo hoy mismo, sin buró y sin aval ni nómina. Solo cédula. WhatsApp disponible.",
    ),
    (
        "es",
        "personal-data",
        "Tarjetas clonadas con saldo en venta, cuentas bancarias hackeadas, base de datos filtrada. Precio por Telegram, aceptamos USDT.",
    ),
    (
        "es",
        "illegal-tools",
        "Contratar hacker: hackear WhatsApp, Facebook e Instagram sin dejar rastro. Pago después, resultados garantizados. Escríbeme al Telegram.",
    ),
    (
        "es",
        "wildlife",
        "Se venden colmillos de elefante y cuerno de rinoceronte, auténticos, sin papeles. Precio por kilo, envío a todo el mundo.",
    ),
    (
        "ru",
        "controlled-drugs",
        "Мефедрон, амфетамин, гашиш: моментальные клады по всей России. Цена 1 г 2500 руб. Оплата биткоин, пишите в телеграм оператору.",
    ),
    (
        "ru",
        "medicines",
        "Лирика, трамадол и ксанакс без рецепта. Заказать онлайн, доставка почтой наложенным платежом, цены от 900 руб.",
    ),
    (
        "ru",
        "fake-documents",
        "Купить диплом с занесением в реестр, водительские права без экзаменов, бланк Гознак. Оплата при получении, доставка курьером.",
    ),
    (
        "ru",
        "gambling",
        "Онлайн-казино: игровые автоматы на деньги, бездепозитный бонус за регистрацию, моментальный вывод на карту. Рабочее зеркало на сегодня, играть на деньги.",
    ),
    (
        "ru",
        "counterfeit-goods",
        "Копии часов Rolex и реплики сумок 1:1, не отличить от оригинала. Купить с доставкой, цена 7500 руб, в корзину.",
    ),
    (
        "ru",
        "tobacco",
        "Безакцизные сигареты оптом, без акцизной марки, цены от производителя 45 руб пачка. Отправка транспортной, пишите в телеграм.",
    ),
    (
        "ru",
        "controlled-weapons",
        "Пистолет Макарова боевой, без документов, спиленный номер, патроны в комплекте. Купить анонимно, оплата биткоин, доставка закладкой.",
    ),
    (
        "ru",
        "counterfeit-money",
        "Фальшивые рубли 5000 и 1000, проходят детектор, водяные знаки. Цена 15 процентов от номинала, заказ в телеграм, отправка почтой.",
    ),
    (
        "ru",
        "illegal-credit",
        "Обналичивание материнского капитала и кредитных карт, процент за обнал низкий, быстро. Звоните или пишите в ватсап.",
    ),
    (
        "ru",
        "personal-data",
        "Пробив по базам: детализация звонков, местоположение, счета в банке. Свои люди в банках, прайс в телеграм, оплата после.",
    ),
    (
        "ru",
        "illegal-tools",
        "Услуги хакера: взлом ВК, почты и WhatsApp на заказ. Без предоплаты, доказательства до оплаты. Пишите в телеграм.",
    ),
    (
        "ru",
        "wildlife",
        "Продам бивни слона, рог носорога и желчь медведя. Без документов, цена договорная, отправка в любой город, пишите в ватсап.",
    ),
    (
        "de",
        "controlled-drugs",
        "Kokain kaufen und MDMA bestellen: beste Qualität, 1 Gramm 70 Euro. Diskreter Versand in ganz Deutschland, Zahlung mit Bitcoin, Kontakt per Telegram.",
    ),
    (
        "de",
        "medicines",
        "Tilidin, Diazepam und Viagra rezeptfrei bestellen. Ohne Rezept, schnelle Lieferung, in den Warenkorb, Preis ab 1,50 € pro Stück.",
    ),
    (
        "de",
        "fake-documents",
        "Führerschein kaufen ohne Prüfung und ohne MPU, in der Datenbank registriert. Auch gefälschte Ausweise. Bestellung per WhatsApp, Lieferung in 5 Tagen.",
    ),
    (
        "de",
        "gambling",
        "Online Casino ohne Lizenz und ohne Limit: Spielautomaten um Echtgeld, Willkommensbonus auf die Ersteinzahlung, sofortige Auszahlung. Jetzt registrieren.",
    ),
    (
        "de",
        "counterfeit-goods",
        "Replica Uhren und Fake Taschen, vom Original nicht zu unterscheiden. Rolex 180 €, in den Warenkorb, kostenloser Versand.",
    ),
    (
        "de",
        "tobacco",
        "Unversteuerte Zigaretten aus Polen, Stange Marlboro 28 €, ohne Steuerbanderole. Bestellung per WhatsApp, Versand per Post.",
    ),
    (
        "de",
        "controlled-weapons",
        "Scharfe Waffen ohne Waffenschein kaufen: Glock 19 mit Munition, Seriennummer entfernt, 1200 €. Diskrete Verpackung, Zahlung Bitcoin.",
    ),
    (
        "de",
        "counterfeit-money",
        "Falschgeld kaufen: falsche 50 Euro Scheine, besteht den UV-Test, nicht erkennbar. Mindestbestellmenge 500 €, Versand diskret, Telegram.",
    ),
    (
        "de",
        "illegal-credit",
        "Kredit ohne Schufa sofort bar, gefälschte Gehaltsnachweise auf Wunsch, Schufa Eintrag löschen lassen. Melde dich bei uns per WhatsApp, Provision 300 €.",
    ),
    (
        "de",
        "personal-data",
        "Geklonte Kreditkarten mit Guthaben und geleakte Kundendaten kaufen. Preisliste per Telegram, Zahlung mit Bitcoin.",
    ),
    (
        "de",
        "illegal-tools",
        "Hacker mieten: WhatsApp hacken lassen, Handy überwachen, ohne Spuren. Beweis vor Zahlung, Kontakt per Telegram.",
    ),
    (
        "de",
        "wildlife",
        "Elefantenstoßzahn und Tigerfell zu verkaufen, echt, ohne Papiere. Preis auf Anfrage, Versand möglich, WhatsApp.",
    ),
    (
        "fr",
        "controlled-drugs",
        "Acheter de la cocaïne et de la MDMA en ligne, 1 gramme 70 €. Livraison discrète partout en France, paiement en bitcoin, contactez-nous sur Telegram.",
    ),
    (
        "fr",
        "medicines",
        "Tramadol, Rivotril et Viagra sans ordonnance. Commander en ligne, livraison rapide, ajouter au panier, 2 € le comprimé.",
    ),
    (
        "fr",
        "fake-documents",
        "Acheter un permis de conduire enregistré en préfecture, sans examen, faux passeports indétectables. Écrivez-nous sur WhatsApp, livraison en 7 jours.",
    ),
    (
        "fr",
        "gambling",
        "Casino en ligne sans vérification : machines à sous, roulette en direct. Bonus de bienvenue sur le premier dépôt, retrait instantané. Inscrivez-vous.",
    ),
    (
        "fr",
        "counterfeit-goods",
        "Répliques de montres et sacs contrefaits, identiques à l'original. Rolex 150 €, Chanel 120 €, ajouter au panier, livraison gratuite.",
    ),
    (
        "fr",
        "tobacco",
        "Cigarettes de contrebande, cartouches pas chères, détaxées, Marlboro 35 €. Livraison à domicile, commandez sur WhatsApp.",
    ),
    (
        "fr",
        "controlled-weapons",
        "Pistolet Glock 17 sans permis, numéro de série effacé, munitions comprises, 1500 €. Envoi discret, paiement en bitcoin.",
    ),
    (
        "fr",
        "counterfeit-money",
        "Faux billets de 20 et 50 euros à vendre, indétectables, passent le stylo détecteur. Commande minimum 500 €, contactez-nous sur Telegram.",
    ),
    (
        "fr",
        "illegal-credit",
        "Offre de prêt entre particuliers urgent, même interdit bancaire, sans justificatif, fonds en 24 h. Écrivez-nous sur WhatsApp.",
    ),
    (
        "fr",
        "personal-data",
        "Cartes clonées avec solde, comptes bancaires piratés et bases de données clients à vendre. Tarif sur Telegram, paiement crypto.",
    ),
    (
        "fr",
        "illegal-tools",
        "Engager un hacker : pirater WhatsApp, Facebook et Instagram sans laisser de traces. Preuve avant paiement, contact par Telegram.",
    ),
    (
        "fr",
        "wildlife",
        "Défenses d'éléphant et corne de rhinocéros à vendre, ivoire véritable sans papiers. Prix au kilo, expédition discrète.",
    ),
    (
        "ar",
        "controlled-drugs",
        "كوكايين وحشيش وحبوب كبتاجون للبيع، السعر 200 للجرام. توصيل سري لجميع المناطق، الدفع عند الاستلام، تواصل معنا عبر تليجرام.",
    ),
    (
        "ar",
        "medicines",
        "حبوب إجهاض سايتوتك الأصلية للبيع بدون وصفة طبية. توصيل سريع بسرية تامة، للطلب واتساب.",
    ),
    (
        "ar",
        "fake-documents",
        "جوازات سفر مزورة ورخصة قيادة بدون اختبار، مسجلة في النظام. للطلب تواصل معنا عبر واتساب، توصيل خلال أسبوع.",
    ),
    (
        "ar",
        "gambling",
        "كازينو أون لاين: روليت وماكينات سلوت ومراهنات رياضية. بونص ترحيبي على أول إيداع وسحب فوري. سجل الآن واربح أموال حقيقية.",
    ),
    (
        "ar",
        "counterfeit-goods",
        "ساعات رولكس تقليد درجة أولى، ماستر كوبي طبق الأصل، السعر 350 ريال. شحن مجاني والدفع عند الاستلام، اطلب الآن.",
    ),
    ("ar", "tobacco", "سجائر مهربة بدون ضريبة بالجملة، كروز دخان مارلبورو بسعر رخيص. توصيل، للطلب واتساب."),
    (
        "ar",
        "controlled-weapons",
        "مسدسات للبيع، جلوك 17 بدون ترخيص مع ذخيرة، السعر 900 دولار. توصيل سري، تواصل واتساب.",
    ),
    (
        "ar",
        "counterfeit-money",
        "دولارات مزورة للبيع، لا يمكن كشفها وتمر من الجهاز. السعر 30 بالمئة، للطلب تليجرام، شحن سري.",
    ),
    (
        "ar",
        "illegal-credit",
        "تسديد القروض المتعثرة واستخراج قرض جديد، إيقاف خدمات بدون كفيل. تسييل بطاقات. للتواصل واتساب.",
    ),
    (
        "ar",
        "personal-data",
        "فيزا مهكرة وبطاقات مشحونة للبيع، قاعدة بيانات مسربة، بيانات حديثة. الأسعار على تليجرام.",
    ),
    (
        "ar",
        "illegal-tools",
        "هكر للإيجار: تهكير واتساب وفيسبوك وسناب بدون علم صاحبه، الدفع بعد التنفيذ. تواصل تليجرام.",
    ),
    ("ar", "wildlife", "عاج الفيل وقرن وحيد القرن للبيع، أصلي، بدون تصريح. السعر بالكيلو، شحن سري، واتساب."),
    (
        "vi",
        "controlled-drugs",
        "Bán cần sa, thuốc lắc, ma túy đá giá rẻ, 1 gam 500k. Giao hàng kín đáo toàn quốc, liên hệ Telegram.",
    ),
    (
        "vi",
        "medicines",
        "Bán thuốc phá thai tại nhà, Misoprostol không cần đơn. Giá 900k, ship COD kín đáo, liên hệ Zalo.",
    ),
    (
        "vi",
        "fake-documents",
        "Nhận làm bằng đại học, bằng lái xe không cần thi, phôi thật bao check. Nhận hàng kiểm tra rồi thanh toán, liên hệ Zalo.",
    ),
    (
        "vi",
        "gambling",
        "Nhà cái uy tín: cá độ bóng đá, tài xỉu, nổ hũ đổi thưởng. Tặng thưởng nạp đầu 100%, nạp rút nhanh, đăng ký ngay.",
    ),
    (
        "vi",
        "counterfeit-goods",
        "Đồng hồ Rolex super fake, túi xách like auth chuẩn 1:1, giống thật 99%. Giá 2 triệu, ship COD, inbox mua.",
    ),
    (
        "vi",
        "tobacco",
        "Sỉ thuốc lá lậu Jet, Hero, thuốc lá ngoại nhập lậu giá rẻ. Giao hàng toàn quốc, liên hệ Zalo.",
    ),
    (
        "vi",
        "controlled-weapons",
        "Bán súng ngắn K54, súng hơi PCP và đạn, không cần giấy phép. Giá 15 triệu, ship toàn quốc kín đáo, liên hệ Telegram.",
    ),
    (
        "vi",
        "counterfeit-money",
        "Bán tiền giả loại A, giống thật 99%, qua máy soi. 1 triệu đổi 10 triệu, giao hàng toàn quốc, liên hệ Telegram.",
    ),
    (
        "vi",
        "illegal-credit",
        "Cho vay nóng, bốc bát họ, chỉ cần CCCD, nợ xấu vẫn vay, giải ngân ngay. Liên hệ Zalo.",
    ),
    (
        "vi",
        "personal-data",
        "Bán data khách hàng VIP, data số điện thoại phụ huynh, định vị số điện thoại. Giá rẻ, data mới, liên hệ Telegram.",
    ),
    (
        "vi",
        "illegal-tools",
        "Thu mua tài khoản ngân hàng giá cao, kèm sim chính chủ. Dịch vụ hack Facebook, làm xong mới thanh toán. Liên hệ Telegram.",
    ),
    (
        "vi",
        "wildlife",
        "Bán ngà voi, sừng tê giác, cao hổ cốt hàng thật 100%, không cần giấy tờ. Giá tốt, ship kín đáo, liên hệ Zalo.",
    ),
    (
        "ind",
        "controlled-drugs",
        "Jual sabu, ganja dan ekstasi, harga 1 gram 1 juta. Pengiriman aman rahasia terjamin, hubungi Telegram.",
    ),
    (
        "ind",
        "medicines",
        "Jual obat aborsi Cytotec asli tanpa resep, gugur tuntas. Harga 800 ribu, bisa COD, privasi aman, hubungi WA.",
    ),
    (
        "ind",
        "fake-documents",
        "Jasa pembuatan ijazah terdaftar dikti tanpa kuliah, KTP palsu dan SIM tanpa tes. Bayar di tempat, hubungi WA.",
    ),
    (
        "ind",
        "gambling",
        "Situs slot gacor dan judi bola, bonus new member 100%, deposit pulsa tanpa potongan, WD cepat. Daftar sekarang.",
    ),
    (
        "ind",
        "counterfeit-goods",
        "Jam tangan KW super Rolex dan tas replika mirror quality, persis asli. Harga 450 ribu, gratis ongkir, order WA.",
    ),
    (
        "ind",
        "tobacco",
        "Jual rokok ilegal tanpa pita cukai, grosir rokok murah tanpa cukai, harga 80 ribu per slop. Kirim ke seluruh Indonesia, hubungi WA.",
    ),
    (
        "ind",
        "controlled-weapons",
        "Jual senjata api rakitan dan Glock tanpa surat, amunisi tersedia, harga 12 juta. Kirim aman rahasia, hubungi Telegram.",
    ),
    (
        "ind",
        "counterfeit-money",
        "Jual uang palsu, lolos sinar UV dan mesin, perbandingan 1:5. Minimal order 1 juta, pengiriman rahasia, hubungi WA.",
    ),
    (
        "ind",
        "illegal-credit",
        "Jasa gestun paylater dan kartu kredit, langsung cair, rate rendah. Joki pinjol tanpa BI checking. Hubungi WA.",
    ),
    (
        "ind",
        "personal-data",
        "Jual data nasabah prioritas dan foto KTP selfie, data fresh. Jasa sadap WA tanpa ketahuan. Harga murah, hubungi Telegram.",
    ),
    (
        "ind",
        "illegal-tools",
        "Jual rekening bank atas nama orang lain, lengkap ATM buku. Jasa hack IG, bayar setelah berhasil. Hubungi Telegram.",
    ),
    (
        "ind",
        "wildlife",
        "Jual sisik trenggiling, gading gajah asli dan anak elang tanpa surat. Harga nego, kirim rahasia, hubungi WA.",
    ),
]

INNOCENT = [
    (
        "es",
        "news",
        "La policía detuvo a tres personas e incautó 40 kilos de cocaína y pastillas de éxtasis en el puerto. Según la fiscalía, la droga iba a venderse en Madrid.",
    ),
    (
        "es",
        "licensed",
        "Farmacia autorizada. El tramadol y el diazepam requieren receta médica. Consulte a su médico o farmacéutico. Envío de productos de parafarmacia, añadir al carrito.",
    ),
    (
        "es",
        "news",
        "La Guardia Civil desmanteló una red que vendía pasaportes falsos y carnets de conducir por internet. El juzgado investiga a doce detenidos.",
    ),
    (
        "es",
        "licensed",
        "Armería con licencia: rifles y escopetas para cazadores. Es obligatoria la licencia de armas. Precios en tienda, consulte horario.",
    ),
    (
        "es",
        "advice",
        "Juego responsable: si las apuestas y el casino online le causan problemas, pida ayuda. La ludopatía tiene tratamiento.",
    ),
    (
        "es",
        "museum",
        "El museo muestra en su exposición tallas de marfil del siglo XVIII y explica cómo la caza furtiva amenaza a los elefantes, especie protegida.",
    ),
    (
        "ru",
        "news",
        "Полиция задержала двух мужчин, у которых изъяли мефедрон и гашиш. По данным следователей, они делали закладки. Возбуждено уголовное дело.",
    ),
    (
        "ru",
        "licensed",
        "Аптека: трамадол и прегабалин отпускаются по рецепту врача. Есть противопоказания, проконсультируйтесь с врачом. Доставка лекарств, корзина.",
    ),
    (
        "ru",
        "news",
        "Суд вынес приговор продавцу поддельных дипломов и водительских прав. Прокуратура напоминает, что покупка диплома наказывается по статье Уголовного кодекса.",
    ),
    (
        "ru",
        "licensed",
        "Оружейный магазин: охотничьи ружья и патроны только при наличии лицензии и разрешения на оружие. Цены указаны в магазине.",
    ),
    (
        "ru",
        "advice",
        "Как отличить фальшивые рубли: Банк России объясняет, как проверить подлинность купюр. Если вам попались фальшивые купюры, обратитесь в полицию.",
    ),
    (
        "ru",
        "news",
        "Сотрудников банка осудили за пробив по базам и продажу персональных данных, сообщила пресс-служба суда.",
    ),
    (
        "de",
        "news",
        "Die Polizei hat bei einer Razzia Kokain und MDMA beschlagnahmt. Zwei Tatverdächtige wurden festgenommen, teilte die Staatsanwaltschaft mit.",
    ),
    (
        "de",
        "licensed",
        "Zugelassene Apotheke: Tilidin und Diazepam sind verschreibungspflichtig und nur auf Rezept erhältlich. Zu Risiken und Nebenwirkungen fragen Sie Ihren Arzt oder Apotheker. Warenkorb, Versand.",
    ),
    (
        "de",
        "news",
        "Ermittler warnen: wer einen gefälschten Führerschein kauft, macht sich strafbar. Das Gericht verurteilte einen Händler zu drei Jahren Haftstrafe.",
    ),
    (
        "de",
        "licensed",
        "Waffenhandel für Jäger und Sportschützen: Pistolen, Gewehre und Munition nur gegen Vorlage von Jagdschein oder Waffenbesitzkarte. Preise inklusive Mehrwertsteuer.",
    ),
    (
        "de",
        "shop",
        "Brautkleid in der Farbe Elfenbein, Größe 38, jetzt kaufen für 299 €, kostenloser Versand, in den Warenkorb.",
    ),
    (
        "de",
        "advice",
        "Die Bundesbank erklärt, wie Sie Falschgeld erkennen: Wasserzeichen, Sicherheitsfaden, Hologramm. Wer falsche Banknoten weitergibt, macht sich strafbar.",
    ),
    (
        "fr",
        "news",
        "Les policiers ont saisi 30 kilos de cocaïne et de cannabis. Quatre trafiquants ont été mis en examen, a annoncé le procureur.",
    ),
    (
        "fr",
        "licensed",
        "Pharmacie agréée : le tramadol est délivré uniquement sur ordonnance. Demandez conseil à votre pharmacien. Commander en ligne la parapharmacie, livraison.",
    ),
    (
        "fr",
        "news",
        "Le tribunal a condamné un vendeur de faux permis de conduire. Les enquêteurs ont démantelé un réseau de faux papiers.",
    ),
    (
        "fr",
        "licensed",
        "Armurerie : carabines et fusils de chasse, permis de chasse ou licence de tir obligatoire, catégorie C soumise à déclaration en préfecture.",
    ),
    ("fr", "shop", "Robe de mariée couleur ivoire, ajouter au panier, livraison gratuite, prix 249 €."),
    (
        "fr",
        "advice",
        "Jouer comporte des risques : endettement, dépendance. Joueurs Info Service vous aide si le casino en ligne ou les paris sportifs deviennent un problème.",
    ),
    (
        "ar",
        "news",
        "ألقت الشرطة القبض على ثلاثة متهمين وضبطت كمية من الحشيش وحبوب الكبتاجون. وأحالت النيابة العامة المتهمين إلى المحكمة.",
    ),
    (
        "ar",
        "licensed",
        "صيدلية مرخصة: الترامادول يصرف بوصفة طبية فقط. استشر طبيبك أو الصيدلي قبل استعمال أي دواء.",
    ),
    ("ar", "news", "أحبطت الجمارك تهريب عاج الفيل وقرن وحيد القرن، وقالت إن هذه الأنواع مهددة بالانقراض."),
    (
        "ar",
        "advice",
        "البنك المركزي: كيفية كشف العملات المزورة. إذا وجدت دولارات مزورة فبلغ الشرطة، وتزوير العملة جريمة يعاقب عليها القانون.",
    ),
    (
        "ar",
        "news",
        "حكمت المحكمة على شبكة تزوير شهادات جامعية وجوازات سفر مزورة، وقالت وزارة الداخلية إن المتهمين اعترفوا.",
    ),
    (
        "vi",
        "news",
        "Công an bắt giữ hai đối tượng mua bán trái phép ma túy, thu giữ 2 kg ma túy đá và thuốc lắc. Viện kiểm sát đã khởi tố bị can.",
    ),
    (
        "vi",
        "licensed",
        "Nhà thuốc đạt chuẩn GPP: thuốc kê đơn như tramadol chỉ bán theo đơn bác sĩ. Hỏi ý kiến dược sĩ trước khi dùng.",
    ),
    (
        "vi",
        "news",
        "Tòa án tuyên án nhóm làm bằng đại học giả và giấy tờ giả. Cơ quan điều tra cảnh báo người dân không mua bằng giả.",
    ),
    (
        "vi",
        "advice",
        "Cảnh báo tín dụng đen: cho vay nóng, bốc bát họ có lãi suất rất cao. Công an khuyến cáo người dân vay tại ngân hàng.",
    ),
    (
        "vi",
        "museum",
        "Trung tâm cứu hộ và bảo tồn cho biết buôn bán ngà voi, sừng tê giác và vảy tê tê khiến nhiều loài nguy cấp.",
    ),
    (
        "ind",
        "news",
        "Polisi menangkap dua tersangka dan menyita sabu serta ganja. Barang bukti dibawa ke Polres, jaksa menyiapkan dakwaan.",
    ),
    (
        "ind",
        "licensed",
        "Apotek resmi: tramadol dan alprazolam hanya dengan resep dokter. Konsultasikan dengan apoteker, izin edar BPOM.",
    ),
    (
        "ind",
        "news",
        "Sindikat ijazah palsu dan KTP palsu digerebek, kata kepolisian. Pelaku terancam hukuman pidana.",
    ),
    (
        "ind",
        "advice",
        "Bahaya judi online: situs slot gacor menjerat korban. Kominfo memblokir situs judi dan menyediakan bantuan bagi pecandu.",
    ),
    (
        "ind",
        "museum",
        "BKSDA dan pusat rehabilitasi melepasliarkan trenggiling dan kukang; perdagangan satwa membuatnya terancam punah.",
    ),
]


@pytest.mark.parametrize(("lang", "category", "text"), OFFERS, ids=[f"{g}-{c}" for g, c, _ in OFFERS])
def test_an_offer_reaches_a_moderator(lang: str, category: str, text: str) -> None:
    found = judged(text)
    assert found.category == category, f"{lang}: {explain(found)}"


@pytest.mark.parametrize(
    ("lang", "kind", "text"), INNOCENT, ids=[f"{g}-{k}-{n}" for n, (g, k, _) in enumerate(INNOCENT)]
)
def test_news_advice_and_licensed_shops_are_clear(lang: str, kind: str, text: str) -> None:
    found = judged(text)
    assert found.label is Label.CLEAR, f"{lang} {kind}: {explain(found)}"


def test_every_language_speaks_of_the_main_categories() -> None:
    assert {(g, c) for g, c, _ in OFFERS} == {(g, c) for g in LANGUAGES for c in MAIN}
    assert {g for g, _, _ in INNOCENT} == LANGUAGES


@pytest.mark.parametrize(
    "text",
    [
        "كوكايين للبيع، السعر 200 دولار، توصيل سري، تواصل واتساب",
        "كُوكَايِين للبيــــع، السعر ٢٠٠ دولار، توصيل سرّي، تواصل واتساب",
        "كوکایین للبیع، السعر 200 دولار، توصيل سري، تواصل واتساب",
    ],
)
def test_arabic_is_read_without_its_ornaments(text: str) -> None:
    assert judged(text).category == "controlled-drugs"


@pytest.mark.parametrize(("lang", "category", "text"), OFFERS, ids=[f"{g}-{c}" for g, c, _ in OFFERS])
def test_an_offer_is_left_to_a_person_however_short(lang: str, category: str, text: str) -> None:
    """Three words tell no language; half of these were listed before whose words they are was asked."""
    first = text.split(". ", maxsplit=1)[0]
    assert [said for said in (text, text[:120], first) if judged(said).publishable] == [], (lang, category)
