import { countryOf } from "./phone";

/** By the numbering plan of North America (https://www.nationalnanpa.com): where an area's numbers were given out. An area on a border names both sides. */
const AREAS: Readonly<Record<string, string>> = {
  "America/New_York":
    "201 202 203 207 212 215 216 220 223 227 229 231 234 239 240 248 252 260 267 269 272 276 283 301 302 304 305 313 315 317 321 324 326 329 330 332 336 " +
    "339 347 351 352 363 380 386 401 404 407 410 412 413 419 423 434 436 440 443 445 463 470 472 475 478 484 502 508 513 516 517 518 540 551 561 567 570 " +
    "571 582 585 586 603 606 607 609 610 614 616 617 624 631 640 645 646 656 667 678 679 680 681 686 689 703 704 706 716 717 724 727 728 732 734 740 743 " +
    "754 757 762 765 770 771 772 774 781 786 802 803 804 810 813 814 821 826 828 835 838 839 843 845 848 854 856 857 859 860 862 863 864 865 878 904 908 " +
    "910 912 914 917 919 929 934 937 941 943 947 948 954 959 973 978 980 984 989",
  "America/Chicago":
    "205 210 214 217 224 225 228 235 251 254 256 262 274 281 309 312 314 316 318 319 320 325 327 331 334 337 346 353 361 402 405 409 414 417 430 432 447 " +
    "457 464 469 471 479 501 504 507 512 515 531 534 539 557 563 572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 682 708 712 713 715 726 " +
    "730 731 737 763 769 773 779 806 815 816 817 830 832 847 861 870 872 901 903 913 918 920 924 931 936 938 940 945 952 956 972 975 979 985",
  "America/New_York America/Chicago": "219 270 364 448 574 812 850 906 930",
  "America/Chicago America/Denver": "308 605 620 701 785",
  "America/Denver": "303 307 385 406 435 505 575 719 720 748 801 915 970 983",
  "America/Phoenix": "480 520 602 623",
  "America/Denver America/Phoenix": "928",
  "America/Denver America/Los_Angeles": "208 458 541 775 986",
  "America/Los_Angeles":
    "206 209 213 253 279 310 323 341 350 357 360 369 408 415 424 425 442 503 509 510 530 559 562 564 619 626 628 650 657 661 669 702 707 714 725 738 747 " +
    "760 805 818 820 831 837 840 858 909 916 925 935 949 951 971",
  "America/Anchorage America/Adak": "907",
  "Pacific/Honolulu": "808",
  "America/St_Johns America/Goose_Bay": "709 879",
  "America/Halifax": "782 902",
  "America/Moncton": "428 506",
  "America/Toronto": "226 249 263 289 343 354 365 367 382 416 437 438 450 468 514 519 548 579 581 613 647 683 705 742 753 819 873 905",
  "America/Halifax America/Toronto": "418",
  "America/Toronto America/Winnipeg": "807",
  "America/Winnipeg": "204 431 584",
  "America/Regina America/Edmonton": "306 474 639",
  "America/Edmonton": "368 403 587 780 825",
  "America/Vancouver America/Edmonton": "236 250 257 672",
  "America/Vancouver": "604 778",
  "America/Iqaluit America/Rankin_Inlet America/Edmonton America/Whitehorse": "867",
};

/** A number of the United States or Canada whose area nobody listed may be anywhere in them. */
const NORTH_AMERICA: Readonly<Record<string, string>> = {
  US: "America/New_York America/Chicago America/Denver America/Phoenix America/Los_Angeles America/Anchorage Pacific/Honolulu",
  CA: "America/St_Johns America/Halifax America/Toronto America/Winnipeg America/Regina America/Edmonton America/Vancouver",
};

/** By country (ISO 3166), from the time zone database: of zones that keep the same time only one. */
const COUNTRIES = `
  AC Atlantic/St_Helena, AD Europe/Andorra, AE Asia/Dubai, AF Asia/Kabul, AG America/Antigua, AI America/Anguilla, AL Europe/Tirane, AM Asia/Yerevan, AO Africa/Luanda,
  AR America/Argentina/Buenos_Aires, AS Pacific/Pago_Pago, AT Europe/Vienna, AU Australia/Perth Australia/Darwin Australia/Adelaide Australia/Brisbane Australia/Sydney,
  AW America/Aruba, AX Europe/Mariehamn, AZ Asia/Baku, BA Europe/Sarajevo, BB America/Barbados, BD Asia/Dhaka, BE Europe/Brussels, BF Africa/Ouagadougou,
  BG Europe/Sofia, BH Asia/Bahrain, BI Africa/Bujumbura, BJ Africa/Porto-Novo, BL America/St_Barthelemy, BM Atlantic/Bermuda, BN Asia/Brunei, BO America/La_Paz,
  BQ America/Kralendijk, BR America/Noronha America/Sao_Paulo America/Manaus America/Rio_Branco, BS America/Nassau, BT Asia/Thimphu, BW Africa/Gaborone, BY Europe/Minsk,
  BZ America/Belize, CC Indian/Cocos, CD Africa/Kinshasa Africa/Lubumbashi, CF Africa/Bangui, CG Africa/Brazzaville, CH Europe/Zurich, CI Africa/Abidjan,
  CK Pacific/Rarotonga, CL America/Santiago America/Punta_Arenas Pacific/Easter, CM Africa/Douala, CN Asia/Shanghai, CO America/Bogota, CR America/Costa_Rica,
  CU America/Havana, CV Atlantic/Cape_Verde, CW America/Curacao, CX Indian/Christmas, CY Asia/Nicosia, CZ Europe/Prague, DE Europe/Berlin, DJ Africa/Djibouti,
  DK Europe/Copenhagen, DM America/Dominica, DO America/Santo_Domingo, DZ Africa/Algiers, EC America/Guayaquil Pacific/Galapagos, EE Europe/Tallinn, EG Africa/Cairo,
  EH Africa/El_Aaiun, ER Africa/Asmara, ES Europe/Madrid Atlantic/Canary, ET Africa/Addis_Ababa, FI Europe/Helsinki, FJ Pacific/Fiji, FK Atlantic/Stanley,
  FM Pacific/Chuuk Pacific/Pohnpei, FO Atlantic/Faroe, FR Europe/Paris, GA Africa/Libreville, GB Europe/London, GD America/Grenada, GE Asia/Tbilisi, GF America/Cayenne,
  GG Europe/Guernsey, GH Africa/Accra, GI Europe/Gibraltar, GL America/Nuuk America/Scoresbysund America/Danmarkshavn America/Thule, GM Africa/Banjul, GN Africa/Conakry,
  GP America/Guadeloupe, GQ Africa/Malabo, GR Europe/Athens, GT America/Guatemala, GU Pacific/Guam, GW Africa/Bissau, GY America/Guyana, HK Asia/Hong_Kong,
  HN America/Tegucigalpa, HR Europe/Zagreb, HT America/Port-au-Prince, HU Europe/Budapest, ID Asia/Jakarta Asia/Makassar Asia/Jayapura, IE Europe/Dublin,
  IL Asia/Jerusalem, IM Europe/Isle_of_Man, IN Asia/Kolkata, IO Indian/Chagos, IQ Asia/Baghdad, IR Asia/Tehran, IS Atlantic/Reykjavik, IT Europe/Rome, JE Europe/Jersey,
  JM America/Jamaica, JO Asia/Amman, JP Asia/Tokyo, KE Africa/Nairobi, KG Asia/Bishkek, KH Asia/Phnom_Penh, KI Pacific/Tarawa Pacific/Kanton Pacific/Kiritimati,
  KM Indian/Comoro, KN America/St_Kitts, KP Asia/Pyongyang, KR Asia/Seoul, KW Asia/Kuwait, KY America/Cayman, KZ Asia/Almaty, LA Asia/Vientiane, LB Asia/Beirut,
  LC America/St_Lucia, LI Europe/Vaduz, LK Asia/Colombo, LR Africa/Monrovia, LS Africa/Maseru, LT Europe/Vilnius, LU Europe/Luxembourg, LV Europe/Riga,
  LY Africa/Tripoli, MA Africa/Casablanca, MC Europe/Monaco, MD Europe/Chisinau, ME Europe/Podgorica, MF America/Marigot, MG Indian/Antananarivo, MH Pacific/Majuro,
  MK Europe/Skopje, ML Africa/Bamako, MM Asia/Yangon, MN Asia/Ulaanbaatar Asia/Hovd, MO Asia/Macau, MP Pacific/Saipan, MQ America/Martinique, MR Africa/Nouakchott,
  MS America/Montserrat, MT Europe/Malta, MU Indian/Mauritius, MV Indian/Maldives, MW Africa/Blantyre,
  MX America/Cancun America/Mexico_City America/Matamoros America/Hermosillo America/Ciudad_Juarez America/Tijuana, MY Asia/Kuala_Lumpur, MZ Africa/Maputo,
  NA Africa/Windhoek, NC Pacific/Noumea, NE Africa/Niamey, NF Pacific/Norfolk, NG Africa/Lagos, NI America/Managua, NL Europe/Amsterdam, NO Europe/Oslo,
  NP Asia/Kathmandu, NR Pacific/Nauru, NU Pacific/Niue, NZ Pacific/Auckland Pacific/Chatham, OM Asia/Muscat, PA America/Panama, PE America/Lima,
  PF Pacific/Tahiti Pacific/Marquesas Pacific/Gambier, PG Pacific/Port_Moresby Pacific/Bougainville, PH Asia/Manila, PK Asia/Karachi, PL Europe/Warsaw,
  PM America/Miquelon, PR America/Puerto_Rico, PS Asia/Gaza, PT Europe/Lisbon Atlantic/Azores, PW Pacific/Palau, PY America/Asuncion, QA Asia/Qatar, RE Indian/Reunion,
  RO Europe/Bucharest, RS Europe/Belgrade,
  RU Europe/Kaliningrad Europe/Moscow Europe/Samara Asia/Yekaterinburg Asia/Omsk Asia/Krasnoyarsk Asia/Irkutsk Asia/Yakutsk Asia/Vladivostok Asia/Magadan Asia/Kamchatka,
  RW Africa/Kigali, SA Asia/Riyadh, SB Pacific/Guadalcanal, SC Indian/Mahe, SD Africa/Khartoum, SE Europe/Stockholm, SG Asia/Singapore, SH Atlantic/St_Helena,
  SI Europe/Ljubljana, SJ Arctic/Longyearbyen, SK Europe/Bratislava, SL Africa/Freetown, SM Europe/San_Marino, SN Africa/Dakar, SO Africa/Mogadishu,
  SR America/Paramaribo, SS Africa/Juba, ST Africa/Sao_Tome, SV America/El_Salvador, SX America/Lower_Princes, SY Asia/Damascus, SZ Africa/Mbabane,
  TA Atlantic/St_Helena, TC America/Grand_Turk, TD Africa/Ndjamena, TG Africa/Lome, TH Asia/Bangkok, TJ Asia/Dushanbe, TK Pacific/Fakaofo, TL Asia/Dili,
  TM Asia/Ashgabat, TN Africa/Tunis, TO Pacific/Tongatapu, TR Europe/Istanbul, TT America/Port_of_Spain, TV Pacific/Funafuti, TW Asia/Taipei, TZ Africa/Dar_es_Salaam,
  UA Europe/Kyiv, UG Africa/Kampala, UY America/Montevideo, UZ Asia/Tashkent, VA Europe/Vatican, VC America/St_Vincent, VE America/Caracas, VG America/Tortola,
  VI America/St_Thomas, VN Asia/Ho_Chi_Minh, VU Pacific/Efate, WF Pacific/Wallis, WS Pacific/Apia, XK Europe/Belgrade, YE Asia/Aden, YT Indian/Mayotte,
  ZA Africa/Johannesburg, ZM Africa/Lusaka, ZW Africa/Harare`;

let zones: ReadonlyMap<string, readonly string[]> | null = null;

/** Read once, by whoever asks first. */
function table(): ReadonlyMap<string, readonly string[]> {
  if (zones) return zones;
  const countries = COUNTRIES.trim().split(/,\s*/).map((one): [string, string[]] => {
    const [country, ...names] = one.split(" ");
    return [country!, names];
  });
  const areas = Object.entries(AREAS).flatMap(([names, codes]) => codes.split(" ").map((code): [string, string[]] => [`+1${code}`, names.split(" ")]));
  const wide = Object.entries(NORTH_AMERICA).map(([country, names]): [string, string[]] => [country, names.split(" ")]);
  return zones = new Map([...countries, ...wide, ...areas]);
}

/** How much of a North American number names its area: +1 and three digits. */
const AREA_CHARS = 5;

/** Every time zone the owner of this number (E.164) may live in, by its area, else by its country. Empty when it says nothing. */
export function zonesOfPhone(address: string): readonly string[] {
  const country = countryOf(address);
  return (country !== null && Object.hasOwn(NORTH_AMERICA, country) ? table().get(address.slice(0, AREA_CHARS)) : undefined) ?? table().get(country ?? "") ?? [];
}
