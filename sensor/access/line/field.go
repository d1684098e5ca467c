package line

import "strings"

// field is what a value of a line means.
type field uint8

const (
	fieldNone   field = iota
	fieldInside       // an object whose members count as the line's own
	fieldTime
	fieldClient
	fieldForwarded
	fieldMethod
	fieldURI
	fieldPath
	fieldQuery
	fieldRequest
	fieldHost
	fieldReferrer
	fieldAgent
	fieldStatus
	fieldBytes
	fieldSubject
	fieldToken
	fieldKey
	fieldSession
	fieldUser
	fieldAccount
	fieldName
	fieldRoute
	fieldRealm
	fieldSuccess
	fieldError
	fieldExpires
	fieldRecords
	fieldBearer
	fieldCookie
	fieldDate
	fieldClock
	fieldSkip // of a pattern: it is read and means nothing
)

// names are how logs call what they say: nginx, Apache, Caddy, Traefik, Envoy, Cloudflare, CloudFront, Keycloak, Ory and what
// applications choose. Compared without case, dots, dashes and underscores.
var names = func() map[string]field {
	all := map[string]field{}
	for f, list := range map[field]string{
		fieldInside: "request req http headers requestheaders requestheader cookies claims ext details context extra data event log " +
			"jsonpayload httprequest fields attributes response resp responseheaders respheaders token user message",
		fieldTime: "time timestamp ts @timestamp timelocal timeiso8601 msec datetime starttime startlocal startutc edgestarttimestamp " +
			"edgeendtimestamp requesttimestamp eventtime iat issuedat createdat",
		fieldClient:    "remoteaddr remoteip clientip clientaddr client clienthost ip ipaddress remotehost cip source sourceip addr downstreamremoteaddress realip",
		fieldForwarded: "xforwardedfor httpxforwardedfor xrealip cfconnectingip trueclientip",
		fieldMethod:    "method requestmethod httpmethod verb csmethod clientrequestmethod",
		fieldURI:       "uri requesturi url requesturl clientrequesturi originaluri originalpath requestpath target",
		fieldPath:      "path csuristem clientrequestpath urlpath",
		fieldQuery:     "args query querystring csuriquery",
		fieldRequest:   "request requestline",
		fieldHost:      "host httphost servername vhost hostname clientrequesthost authority requesthost xhostheader",
		fieldReferrer:  "referer referrer httpreferer httpreferrer clientrequestreferer csreferer",
		fieldAgent:     "useragent httpuseragent agent clientrequestuseragent csuseragent",
		fieldStatus:    "status statuscode code httpstatus responsecode edgeresponsestatus scstatus downstreamstatus",
		fieldBytes:     "bytes bodybytessent bytessent size responsesize edgeresponsebytes edgeresponsebodybytes scbytes length bytesout downstreamcontentsize",
		fieldSubject: "sub subject userid memberid customerid uid accountid xauditsub upstreamhttpxauditsub senthttpxauditsub auditsub usersub " +
			"jwtsub claimsub subjectid",
		fieldToken:   "jti tokenid token accesstokenid xauditjti upstreamhttpxauditjti senthttpxauditjti auditjti jwtid jwtjti tokenhash claimjti",
		fieldKey:     "kid keyid xauditkid upstreamhttpxauditkid senthttpxauditkid auditkid jwtkid tokenkid",
		fieldSession: "sid sessionid session lsid sessionstate loginid loginsessionid xauditsid upstreamhttpxauditsid senthttpxauditsid auditsid phpsessid",
		fieldUser:    "operator remoteuser admin adminuser staff authuser operatorid adminid",
		fieldAccount: "account username login email user identifier loginname",
		fieldName:    "event type eventtype action msg eventname",
		fieldRoute:   "route routename pathtemplate httproute pattern",
		fieldRealm:   "realm realmname scope clientname channel",
		fieldSuccess: "success succeeded loginsuccess authenticated",
		fieldError:   "error errorcode failure",
		fieldExpires: "exp expires expiresat expiry expiration tokenexp",
		fieldRecords: "records recordcount rows rowcount resultcount",
		fieldBearer:  "authorization httpauthorization bearer accesstoken",
		fieldCookie:  "cookie httpcookie cscookie",
	} {
		for name := range strings.FieldsSeq(list) {
			if _, taken := all[name]; !taken || f == fieldInside {
				all[name] = f
			}
		}
	}
	return all
}()

// ambiguous names mean an object's members where their value is an object, and otherwise this.
var ambiguous = map[string]field{
	"request": fieldRequest, "event": fieldName, "token": fieldToken, "user": fieldAccount, "message": fieldNone, "log": fieldNone,
	"data": fieldNone, "context": fieldNone, "fields": fieldNone,
}

// keyTable knows what keys mean that were met before.
type keyTable map[string][2]field // of a plain value, and of an object

// maxKeys bounds how many different keys of a log are remembered.
const maxKeys = 4096

func (t keyTable) meaning(key []byte) (plain, object field) {
	if m, known := t[string(key)]; known {
		return m[0], m[1]
	}
	var m [2]field
	if len(key) <= 64 {
		name := normal(string(key))
		m[0], m[1] = names[name], fieldNone
		if m[0] == fieldInside {
			m = [2]field{ambiguous[name], fieldInside}
		}
	}
	if len(t) < maxKeys {
		t[string(key)] = m
	}
	return m[0], m[1]
}

func normal(key string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if c == '_' || c == '-' || c == '.' || c == ' ' {
			return -1
		}
		return c
	}, key))
}
