module muster/services/billing

go 1.26.0

require muster/libs v0.0.0

replace muster/libs => ../../libs
