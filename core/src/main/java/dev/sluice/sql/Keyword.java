package dev.sluice.sql;

/**
 * The words that the scanner knows, as token kinds above {@link Token#WORD}, and which of them can
 * stand before an opening parenthesis without being a call.
 */
final class Keyword {
  static final int ABORT = Token.WORD + 1;
  static final int ALL = Token.WORD + 2;
  static final int ALTER = Token.WORD + 3;
  static final int ANALYSE = Token.WORD + 4;
  static final int ANALYZE = Token.WORD + 5;
  static final int AND = Token.WORD + 6;
  static final int ANY = Token.WORD + 7;
  static final int ARRAY = Token.WORD + 8;
  static final int AS = Token.WORD + 9;
  static final int ATOMIC = Token.WORD + 10;
  static final int AUTHORIZATION = Token.WORD + 11;
  static final int AUTOCOMMIT = Token.WORD + 12;
  static final int BACKUP = Token.WORD + 13;
  static final int BEGIN = Token.WORD + 14;
  static final int BETWEEN = Token.WORD + 15;
  static final int BINARY = Token.WORD + 16;
  static final int BINLOG = Token.WORD + 17;
  static final int BIT = Token.WORD + 18;
  static final int BY = Token.WORD + 19;
  static final int CALL = Token.WORD + 20;
  static final int CASE = Token.WORD + 21;
  static final int CHAIN = Token.WORD + 22;
  static final int CHANGE = Token.WORD + 23;
  static final int CHAR = Token.WORD + 24;
  static final int CHARACTER = Token.WORD + 25;
  static final int CHARACTERISTICS = Token.WORD + 26;
  static final int CHARSET = Token.WORD + 27;
  static final int CHECK = Token.WORD + 28;
  static final int CHECKSUM = Token.WORD + 29;
  static final int CLOSE = Token.WORD + 30;
  static final int CLUSTER = Token.WORD + 31;
  static final int COLLATE = Token.WORD + 32;
  static final int COLLATION = Token.WORD + 33;
  static final int COLUMNS = Token.WORD + 34;
  static final int COMMENT = Token.WORD + 35;
  static final int COMMIT = Token.WORD + 36;
  static final int COMMITTED = Token.WORD + 37;
  static final int CONCURRENTLY = Token.WORD + 38;
  static final int CONFLICT = Token.WORD + 39;
  static final int CONNECTION = Token.WORD + 40;
  static final int CONSISTENT = Token.WORD + 41;
  static final int CONSTRAINT = Token.WORD + 42;
  static final int COPY = Token.WORD + 43;
  static final int COUNT = Token.WORD + 44;
  static final int CREATE = Token.WORD + 45;
  static final int CROSS = Token.WORD + 46;
  static final int CUBE = Token.WORD + 47;
  static final int CURRENT = Token.WORD + 48;
  static final int CURSOR = Token.WORD + 49;
  static final int CYCLE = Token.WORD + 50;
  static final int DATABASE = Token.WORD + 51;
  static final int DATABASES = Token.WORD + 52;
  static final int DEALLOCATE = Token.WORD + 53;
  static final int DECLARE = Token.WORD + 54;
  static final int DEFAULT = Token.WORD + 55;
  static final int DEFERRABLE = Token.WORD + 56;
  static final int DELAYED = Token.WORD + 57;
  static final int DELETE = Token.WORD + 58;
  static final int DESC = Token.WORD + 59;
  static final int DESCRIBE = Token.WORD + 60;
  static final int DIAGNOSTICS = Token.WORD + 61;
  static final int DISCARD = Token.WORD + 62;
  static final int DISTINCT = Token.WORD + 63;
  static final int DIV = Token.WORD + 64;
  static final int DO = Token.WORD + 65;
  static final int DROP = Token.WORD + 66;
  static final int DUAL = Token.WORD + 67;
  static final int DUMPFILE = Token.WORD + 68;
  static final int DUPLICATE = Token.WORD + 69;
  static final int ELSE = Token.WORD + 70;
  static final int END = Token.WORD + 71;
  static final int ENGINE = Token.WORD + 72;
  static final int ENGINES = Token.WORD + 73;
  static final int ERRORS = Token.WORD + 74;
  static final int ESCAPE = Token.WORD + 75;
  static final int EVENT = Token.WORD + 76;
  static final int EVENTS = Token.WORD + 77;
  static final int EXCEPT = Token.WORD + 78;
  static final int EXECUTE = Token.WORD + 79;
  static final int EXISTS = Token.WORD + 80;
  static final int EXPLAIN = Token.WORD + 81;
  static final int EXTENDED = Token.WORD + 82;
  static final int FALSE = Token.WORD + 83;
  static final int FETCH = Token.WORD + 84;
  static final int FIELDS = Token.WORD + 85;
  static final int FILTER = Token.WORD + 86;
  static final int FLUSH = Token.WORD + 87;
  static final int FN = Token.WORD + 88;
  static final int FOR = Token.WORD + 89;
  static final int FORCE = Token.WORD + 90;
  static final int FORMAT = Token.WORD + 91;
  static final int FROM = Token.WORD + 92;
  static final int FULL = Token.WORD + 93;
  static final int FUNCTION = Token.WORD + 94;
  static final int GET = Token.WORD + 95;
  static final int GLOBAL = Token.WORD + 96;
  static final int GRANT = Token.WORD + 97;
  static final int GRANTS = Token.WORD + 98;
  static final int GROUP = Token.WORD + 99;
  static final int GROUPING = Token.WORD + 100;
  static final int HANDLER = Token.WORD + 101;
  static final int HAVING = Token.WORD + 102;
  static final int HELP = Token.WORD + 103;
  static final int HIGH_PRIORITY = Token.WORD + 104;
  static final int HISTORY = Token.WORD + 105;
  static final int HOLD = Token.WORD + 106;
  static final int HOSTS = Token.WORD + 107;
  static final int IF = Token.WORD + 108;
  static final int IGNORE = Token.WORD + 109;
  static final int IMMEDIATE = Token.WORD + 110;
  static final int IMPORT = Token.WORD + 111;
  static final int IN = Token.WORD + 112;
  static final int INDEX = Token.WORD + 113;
  static final int INDEXES = Token.WORD + 114;
  static final int INNER = Token.WORD + 115;
  static final int INSERT = Token.WORD + 116;
  static final int INSTANCE = Token.WORD + 117;
  static final int INTERSECT = Token.WORD + 118;
  static final int INTERVAL = Token.WORD + 119;
  static final int INTO = Token.WORD + 120;
  static final int IS = Token.WORD + 121;
  static final int ISOLATION = Token.WORD + 122;
  static final int JOIN = Token.WORD + 123;
  static final int KEY = Token.WORD + 124;
  static final int KEYS = Token.WORD + 125;
  static final int KILL = Token.WORD + 126;
  static final int LATERAL = Token.WORD + 127;
  static final int LEFT = Token.WORD + 128;
  static final int LEVEL = Token.WORD + 129;
  static final int LIKE = Token.WORD + 130;
  static final int LIMIT = Token.WORD + 131;
  static final int LISTEN = Token.WORD + 132;
  static final int LOAD = Token.WORD + 133;
  static final int LOCAL = Token.WORD + 134;
  static final int LOCK = Token.WORD + 135;
  static final int LOG = Token.WORD + 136;
  static final int LOGS = Token.WORD + 137;
  static final int LOW_PRIORITY = Token.WORD + 138;
  static final int MASTER = Token.WORD + 139;
  static final int MATCHED = Token.WORD + 140;
  static final int MATERIALIZED = Token.WORD + 141;
  static final int MEMBER = Token.WORD + 142;
  static final int MERGE = Token.WORD + 143;
  static final int MOD = Token.WORD + 144;
  static final int MODE = Token.WORD + 145;
  static final int MOVE = Token.WORD + 146;
  static final int NAMES = Token.WORD + 147;
  static final int NATURAL = Token.WORD + 148;
  static final int NCHAR = Token.WORD + 149;
  static final int NEXT = Token.WORD + 150;
  static final int NO = Token.WORD + 151;
  static final int NOT = Token.WORD + 152;
  static final int NOTHING = Token.WORD + 153;
  static final int NOTIFY = Token.WORD + 154;
  static final int NULL = Token.WORD + 155;
  static final int NULLS = Token.WORD + 156;
  static final int OF = Token.WORD + 157;
  static final int OFFSET = Token.WORD + 158;
  static final int OJ = Token.WORD + 159;
  static final int ON = Token.WORD + 160;
  static final int ONLY = Token.WORD + 161;
  static final int OPEN = Token.WORD + 162;
  static final int OPERATOR = Token.WORD + 163;
  static final int OPTIMIZE = Token.WORD + 164;
  static final int OPTION = Token.WORD + 165;
  static final int OR = Token.WORD + 166;
  static final int ORDER = Token.WORD + 167;
  static final int ORDINALITY = Token.WORD + 168;
  static final int OUTER = Token.WORD + 169;
  static final int OUTFILE = Token.WORD + 170;
  static final int OVER = Token.WORD + 171;
  static final int OVERRIDING = Token.WORD + 172;
  static final int PACKAGE = Token.WORD + 173;
  static final int PARTITION = Token.WORD + 174;
  static final int PARTITIONS = Token.WORD + 175;
  static final int PASSWORD = Token.WORD + 176;
  static final int PERSIST = Token.WORD + 177;
  static final int PERSIST_ONLY = Token.WORD + 178;
  static final int PLUGINS = Token.WORD + 179;
  static final int PREPARE = Token.WORD + 180;
  static final int PREVIOUS = Token.WORD + 181;
  static final int PRIVILEGES = Token.WORD + 182;
  static final int PROCEDURE = Token.WORD + 183;
  static final int PROCESSLIST = Token.WORD + 184;
  static final int PROFILE = Token.WORD + 185;
  static final int PROFILES = Token.WORD + 186;
  static final int PROGRAM = Token.WORD + 187;
  static final int PURGE = Token.WORD + 188;
  static final int QUERY = Token.WORD + 189;
  static final int QUICK = Token.WORD + 190;
  static final int READ = Token.WORD + 191;
  static final int RECURSIVE = Token.WORD + 192;
  static final int REFRESH = Token.WORD + 193;
  static final int REGEXP = Token.WORD + 194;
  static final int REINDEX = Token.WORD + 195;
  static final int RELEASE = Token.WORD + 196;
  static final int RENAME = Token.WORD + 197;
  static final int REPEATABLE = Token.WORD + 198;
  static final int REPLACE = Token.WORD + 199;
  static final int REPLICA = Token.WORD + 200;
  static final int RESET = Token.WORD + 201;
  static final int RESIGNAL = Token.WORD + 202;
  static final int RESTRICT = Token.WORD + 203;
  static final int RETURNING = Token.WORD + 204;
  static final int REVOKE = Token.WORD + 205;
  static final int RIGHT = Token.WORD + 206;
  static final int RLIKE = Token.WORD + 207;
  static final int ROLE = Token.WORD + 208;
  static final int ROLLBACK = Token.WORD + 209;
  static final int ROLLUP = Token.WORD + 210;
  static final int ROW = Token.WORD + 211;
  static final int ROWS = Token.WORD + 212;
  static final int SAVEPOINT = Token.WORD + 213;
  static final int SCHEMA = Token.WORD + 214;
  static final int SCHEMAS = Token.WORD + 215;
  static final int SEARCH = Token.WORD + 216;
  static final int SECOND = Token.WORD + 217;
  static final int SELECT = Token.WORD + 218;
  static final int SEQUENCE = Token.WORD + 219;
  static final int SERIALIZABLE = Token.WORD + 220;
  static final int SESSION = Token.WORD + 221;
  static final int SET = Token.WORD + 222;
  static final int SETS = Token.WORD + 223;
  static final int SHARE = Token.WORD + 224;
  static final int SHOW = Token.WORD + 225;
  static final int SHUTDOWN = Token.WORD + 226;
  static final int SIGNAL = Token.WORD + 227;
  static final int SLAVE = Token.WORD + 228;
  static final int SNAPSHOT = Token.WORD + 229;
  static final int SOME = Token.WORD + 230;
  static final int SOUNDS = Token.WORD + 231;
  static final int SQL_BIG_RESULT = Token.WORD + 232;
  static final int SQL_CALC_FOUND_ROWS = Token.WORD + 233;
  static final int SQL_NO_CACHE = Token.WORD + 234;
  static final int START = Token.WORD + 235;
  static final int STATEMENT = Token.WORD + 236;
  static final int STATUS = Token.WORD + 237;
  static final int STDIN = Token.WORD + 238;
  static final int STDOUT = Token.WORD + 239;
  static final int STORAGE = Token.WORD + 240;
  static final int STRAIGHT_JOIN = Token.WORD + 241;
  static final int SYSTEM_TIME = Token.WORD + 242;
  static final int TABLE = Token.WORD + 243;
  static final int TABLES = Token.WORD + 244;
  static final int TABLESAMPLE = Token.WORD + 245;
  static final int TEMP = Token.WORD + 246;
  static final int TEMPORARY = Token.WORD + 247;
  static final int THEN = Token.WORD + 248;
  static final int TIME = Token.WORD + 249;
  static final int TO = Token.WORD + 250;
  static final int TRANSACTION = Token.WORD + 251;
  static final int TRIGGER = Token.WORD + 252;
  static final int TRIGGERS = Token.WORD + 253;
  static final int TRUE = Token.WORD + 254;
  static final int TRUNCATE = Token.WORD + 255;
  static final int UNCOMMITTED = Token.WORD + 256;
  static final int UNION = Token.WORD + 257;
  static final int UNIQUE = Token.WORD + 258;
  static final int UNLISTEN = Token.WORD + 259;
  static final int UNLOCK = Token.WORD + 260;
  static final int UNLOGGED = Token.WORD + 261;
  static final int UPDATE = Token.WORD + 262;
  static final int USE = Token.WORD + 263;
  static final int USER = Token.WORD + 264;
  static final int USING = Token.WORD + 265;
  static final int VACUUM = Token.WORD + 266;
  static final int VALUE = Token.WORD + 267;
  static final int VALUES = Token.WORD + 268;
  static final int VARIABLES = Token.WORD + 269;
  static final int VARYING = Token.WORD + 270;
  static final int VERSIONING = Token.WORD + 271;
  static final int VIEW = Token.WORD + 272;
  static final int WARNINGS = Token.WORD + 273;
  static final int WHEN = Token.WORD + 274;
  static final int WHERE = Token.WORD + 275;
  static final int WINDOW = Token.WORD + 276;
  static final int WITH = Token.WORD + 277;
  static final int WITHIN = Token.WORD + 278;
  static final int WORK = Token.WORD + 279;
  static final int WRITE = Token.WORD + 280;
  static final int XA = Token.WORD + 281;
  static final int XOR = Token.WORD + 282;
  static final int ZONE = Token.WORD + 283;

  private static final String WORD_LIST =
      "ABORT ALL ALTER ANALYSE ANALYZE AND ANY ARRAY AS ATOMIC AUTHORIZATION AUTOCOMMIT "
          + "BACKUP BEGIN BETWEEN BINARY BINLOG BIT BY CALL CASE CHAIN CHANGE CHAR CHARACTER "
          + "CHARACTERISTICS CHARSET CHECK CHECKSUM CLOSE CLUSTER COLLATE COLLATION COLUMNS "
          + "COMMENT COMMIT COMMITTED CONCURRENTLY CONFLICT CONNECTION CONSISTENT CONSTRAINT COPY "
          + "COUNT CREATE CROSS CUBE CURRENT CURSOR CYCLE DATABASE DATABASES DEALLOCATE DECLARE "
          + "DEFAULT DEFERRABLE DELAYED DELETE DESC DESCRIBE DIAGNOSTICS DISCARD DISTINCT DIV DO "
          + "DROP DUAL DUMPFILE DUPLICATE ELSE END ENGINE ENGINES ERRORS ESCAPE EVENT EVENTS "
          + "EXCEPT EXECUTE EXISTS EXPLAIN EXTENDED FALSE FETCH FIELDS FILTER FLUSH FN FOR FORCE "
          + "FORMAT FROM FULL FUNCTION GET GLOBAL GRANT GRANTS GROUP GROUPING HANDLER HAVING HELP "
          + "HIGH_PRIORITY HISTORY HOLD HOSTS IF IGNORE IMMEDIATE IMPORT IN INDEX INDEXES INNER "
          + "INSERT INSTANCE INTERSECT INTERVAL INTO IS ISOLATION JOIN KEY KEYS KILL LATERAL LEFT "
          + "LEVEL LIKE LIMIT LISTEN LOAD LOCAL LOCK LOG LOGS LOW_PRIORITY MASTER MATCHED "
          + "MATERIALIZED MEMBER MERGE MOD MODE MOVE NAMES NATURAL NCHAR NEXT NO NOT NOTHING "
          + "NOTIFY NULL NULLS OF OFFSET OJ ON ONLY OPEN OPERATOR OPTIMIZE OPTION OR ORDER "
          + "ORDINALITY OUTER OUTFILE OVER OVERRIDING PACKAGE PARTITION PARTITIONS PASSWORD "
          + "PERSIST PERSIST_ONLY PLUGINS PREPARE PREVIOUS PRIVILEGES PROCEDURE PROCESSLIST "
          + "PROFILE PROFILES PROGRAM PURGE QUERY QUICK READ RECURSIVE REFRESH REGEXP REINDEX "
          + "RELEASE RENAME REPEATABLE REPLACE REPLICA RESET RESIGNAL RESTRICT RETURNING REVOKE "
          + "RIGHT RLIKE ROLE ROLLBACK ROLLUP ROW ROWS SAVEPOINT SCHEMA SCHEMAS SEARCH SECOND "
          + "SELECT SEQUENCE SERIALIZABLE SESSION SET SETS SHARE SHOW SHUTDOWN SIGNAL SLAVE "
          + "SNAPSHOT SOME SOUNDS SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_NO_CACHE START STATEMENT "
          + "STATUS STDIN STDOUT STORAGE STRAIGHT_JOIN SYSTEM_TIME TABLE TABLES TABLESAMPLE TEMP "
          + "TEMPORARY THEN TIME TO TRANSACTION TRIGGER TRIGGERS TRUE TRUNCATE UNCOMMITTED UNION "
          + "UNIQUE UNLISTEN UNLOCK UNLOGGED UPDATE USE USER USING VACUUM VALUE VALUES VARIABLES "
          + "VARYING VERSIONING VIEW WARNINGS WHEN WHERE WINDOW WITH WITHIN WORK WRITE XA XOR ZONE";

  private static final WordTable BY_TEXT = table();
  private static final boolean[] NO_CALL_MYSQL =
      flags(
          "ALL AND AS BETWEEN BINARY BY CASE CROSS DISTINCT DIV ELSE EXCEPT EXISTS FOR FROM GROUP HAVING IN INDEX INNER INTERSECT INTO IS JOIN KEY LIKE LIMIT NOT ON OR ORDER OVER PARTITION REGEXP RLIKE ROW SELECT SET STRAIGHT_JOIN TABLE THEN UNION UPDATE USING VALUES WHEN WHERE WITH XOR");
  private static final boolean[] NO_CALL_POSTGRESQL =
      flags(
          "ALL AND ANY ARRAY AS BETWEEN CASE DISTINCT ELSE EXCEPT EXISTS FETCH FOR FROM GROUP HAVING IN INTERSECT INTO LATERAL LIKE LIMIT NOT OFFSET ON ONLY OR ORDER RETURNING ROW SELECT SOME TABLE THEN UNION UNIQUE USING VALUES WHEN WHERE WINDOW WITH");

  private Keyword() {}

  /** The kind of the word between two positions: a keyword, or {@link Token#WORD}. */
  static int kind(String sql, int start, int end, int hash) {
    int id = BY_TEXT.find(sql, start, end, hash);
    return id < 0 ? Token.WORD : Token.WORD + id;
  }

  /** Whether a parenthesis after this unquoted word does not make it a function call. */
  static boolean neverCalled(int kind, boolean postgresql) {
    return kind > Token.WORD
        && (postgresql ? NO_CALL_POSTGRESQL : NO_CALL_MYSQL)[kind - Token.WORD];
  }

  private static WordTable table() {
    String[] names = WORD_LIST.split(" ");
    WordTable table = new WordTable(names.length);
    for (int i = 0; i < names.length; i++) {
      table.put(names[i], i + 1);
    }
    return table;
  }

  private static boolean[] flags(String words) {
    boolean[] flags = new boolean[WORD_LIST.split(" ").length + 1];
    for (String word : words.split(" ")) {
      flags[BY_TEXT.find(word, 0, word.length(), WordTable.hash(word, 0, word.length()))] = true;
    }
    return flags;
  }
}
