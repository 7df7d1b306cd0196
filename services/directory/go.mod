module muster/services/directory

go 1.26.0

require (
	github.com/caarlos0/env/v11 v11.4.2
	github.com/emersion/go-smtp v0.25.1
	github.com/gin-gonic/gin v1.12.0
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/jhillyerd/enmime/v2 v2.3.0
	github.com/segmentio/kafka-go v0.4.51
	github.com/wneessen/go-mail v0.8.1
	gorm.io/gorm v1.31.2
	muster/libs v0.0.0
)

replace muster/libs => ../../libs
